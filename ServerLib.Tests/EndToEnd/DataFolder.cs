using System.Security.Cryptography;

namespace ServerLib.Tests.EndToEnd;

/// <summary>A data folder of one test, shared by the hosts that the test starts one after the other.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverlib-e2e-");

    /// <summary>The folder above, in which the hosts run.</summary>
    public string Root => _folder.FullName;

    public string Path => System.IO.Path.Combine(_folder.FullName, "data");

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Gives the server its key, which otherwise costs it as much time as all the rest of a start.</summary>
    public void PutServerKey(RSA key)
    {
        Directory.CreateDirectory(Path);
        System.IO.File.WriteAllText(File("server-key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The activity log's lines. It is complete once the host has ended.</summary>
    public string[] ReadActivity() => System.IO.File.ReadAllLines(File("activity.log"));

    /// <summary>How many of its lines contain <paramref name="part"/>.</summary>
    public int CountActivity(string part) => ReadActivity().Count(line => line.Contains(part, StringComparison.Ordinal));

    public void Dispose() => _folder.Delete(recursive: true);
}
