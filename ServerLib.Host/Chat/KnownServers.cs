using System.Text;

namespace ServerLib.Cli.Chat;

/// <summary>
/// The fingerprints of trusted servers, in a text file. Each line is <c>HOST:PORT FINGERPRINT</c>; empty lines and lines that begin with
/// <c>#</c> are ignored.
/// </summary>
internal sealed class KnownServers(string path)
{
    public string Path => path;

    /// <summary>The default path.</summary>
    public static string DefaultPath => System.IO.Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "serverlib",
        "known_servers");

    /// <returns>
    /// The known fingerprint of a server, and the number of its line; <see langword="null"/> if the server is not known.
    /// </returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public (string Fingerprint, int Line)? Find(string host, int port)
    {
        if (Read() is not { } known)
            return null;
        string name = Name(host, port);
        int number = 0;
        using var lines = new StringReader(known);
        while (lines.ReadLine() is { } line)
        {
            number++;
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && words[0].Equals(name, StringComparison.OrdinalIgnoreCase))
                return (words.Length > 1 ? words[1] : "", number);
        }

        return null;
    }

    /// <summary>Adds a server.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Add(string host, int port, string fingerprint)
    {
        bool isCutOff = Read() is { Length: > 0 } text && !text.EndsWith('\n');
        using FileStream file = SecretFile.OpenAppend(path);
        file.Write(Encoding.UTF8.GetBytes($"{(isCutOff ? "\n" : "")}{Name(host, port)} {fingerprint}\n"));
    }

    private static string Name(string host, int port) => host.Contains(':') ? $"[{host}]:{port}" : $"{host}:{port}";

    /// <returns>The text without a byte order mark; <see langword="null"/> if there is no file.</returns>
    private string? Read()
    {
        try
        {
            return Encoding.UTF8.GetString(SecretFile.ReadAllBytes(path)).TrimStart('\uFEFF');
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
