using System.Security.Cryptography;
using System.Text;

namespace ServerLib.Files;

/// <summary>The file that holds the server's RSA key pair.</summary>
internal static class ServerKeyFile
{
    /// <summary>Reads the pair, or creates it and writes the file, readable by its owner only, if there is none.</summary>
    /// <param name="path">A PEM file with a PKCS #8 private key.</param>
    /// <param name="keySize">The size of a new pair, in bits.</param>
    /// <exception cref="ServerLibException">
    /// The file cannot be read or written, or contains no RSA private key of 2048 to 8192 bits. The file is not changed.
    /// </exception>
    public static ServerKey LoadOrCreate(string path, int keySize = 2048)
    {
        try
        {
            if (RegularFile.Exists(path))
                return ServerKey.FromPem(SmallFile.ReadText(path));
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                OwnerOnly.CreateDirectory(folder);
            ServerKey key = ServerKey.Generate(keySize);
            Save(key, path);
            return key;
        }
        catch (Exception e) when (e
            is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or NotSupportedException)
        {
            throw ServerLibException.Wrap(new ServerLibException($"The server's key '{path}' cannot be used: {e.Message}", e));
        }
    }

    private static void Save(ServerKey key, string path)
    {
        // Written to a temporary file and moved, so that a crash leaves no half-written key.
        string temporary = path + ".new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, OwnerOnly.File(FileMode.CreateNew, FileShare.None)))
        {
            file.Write(Encoding.ASCII.GetBytes(key.ExportPem()));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
    }
}
