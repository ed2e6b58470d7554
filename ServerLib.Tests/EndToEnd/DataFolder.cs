using System.Security.Cryptography;

namespace ServerLib.Tests.EndToEnd;

/// <summary>The data folder of one test. Hosts that the test starts one after the other share it.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverlib-e2e-");

    /// <summary>The parent folder, in which the hosts run.</summary>
    public string Root => _folder.FullName;

    public string Path => System.IO.Path.Combine(_folder.FullName, "data");

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes the server's key. Generating one would take as long as the rest of a start.</summary>
    public void PutServerKey(RSA key)
    {
        Directory.CreateDirectory(Path);
        System.IO.File.WriteAllText(File("server-key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The lines of the activity log. It is complete when the host has exited.</summary>
    public string[] ReadActivity() => System.IO.File.ReadAllLines(File("activity.log"));

    /// <summary>The number of its lines that contain <paramref name="part"/>.</summary>
    public int CountActivity(string part) => ReadActivity().Count(line => line.Contains(part, StringComparison.Ordinal));

    public void Dispose() => _folder.Delete(recursive: true);
}
