using System.ComponentModel;
using System.Diagnostics;

namespace ServerLib.Tests.Server;

/// <summary>A file system in memory that a test can fill. To mount it takes the rights of root; without them, the test is inconclusive.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TempFolder _folder = new();

    public SmallDisk()
    {
        if (!OperatingSystem.IsLinux() || !Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", _folder.Path))
        {
            _folder.Dispose();
            Assert.Inconclusive("This test needs Linux, and the right to mount a file system.");
        }
    }

    /// <summary>The data folder.</summary>
    public string Path => _folder.File("data");

    private string Filler => _folder.File("filler");

    /// <summary>Fills it with a file.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        Assert.ThrowsExactly<IOException>(() =>
        {
            while (true)
                file.Write(new byte[4_096]);
        });
    }

    /// <summary>Deletes that file.</summary>
    public void Clear() => File.Delete(Filler);

    public void Dispose()
    {
        Assert.IsTrue(Run("umount", _folder.Path));
        _folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
