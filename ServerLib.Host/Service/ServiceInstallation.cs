using System.ComponentModel;
using System.Diagnostics;
using ServerLib.Administration;

namespace ServerLib.Cli.Service;

/// <summary>The service in a system.</summary>
/// <param name="root">The root folder of the system.</param>
internal sealed class ServiceInstallation(string root)
{
    /// <summary>Folders that the service cannot see.</summary>
    private static readonly string[] Hidden = ["/home/", "/root/", "/run/user/", "/tmp/", "/var/tmp/"];

    private readonly string _unit = Path.Combine(root, "etc/systemd/system", ServiceUnit.Name);
    private readonly string _user = Path.Combine(root, "etc/sysusers.d/serverlib.conf");

    /// <summary>Whether this is the system that runs now.</summary>
    private bool IsThisSystem => root == "/";

    /// <summary>The service in a system; by default, in the one that runs now.</summary>
    public static ServiceInstallation In(string? root) => new(Path.GetFullPath(root ?? "/"));

    /// <exception cref="WrongUsageException">The service could not start the program.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file cannot be written.</exception>
    public int Install(TextWriter output)
    {
        if (IsThisSystem && ServiceUnit.Program.FirstOrDefault(file => Hidden.Any(f => file.StartsWith(f, StringComparison.Ordinal))) is { } hidden)
        {
            throw new WrongUsageException(
                $"{TextSanitizer.Escape(hidden)} is in a folder that the service cannot see; move the program, for example to /usr/local/bin");
        }

        Write(_user, ServiceUnit.User, output);
        Write(_unit, ServiceUnit.Text, output);
        // With a path, systemd-sysusers would look for the file outside of the root.
        if (!TryRun("systemd-sysusers", $"--root={root}", Path.GetFileName(_user)))
            output.WriteLine("Create the user with 'systemd-sysusers', or with 'useradd --system serverlib'.");
        if (IsThisSystem && !Reload())
            output.WriteLine("Run 'systemctl daemon-reload'.");
        output.WriteLine("Start the server with 'systemctl enable --now serverlib'.");
        return ExitCode.Done;
    }

    /// <exception cref="IOException">A file cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">A file cannot be deleted.</exception>
    public int Uninstall(TextWriter output)
    {
        if (!File.Exists(_unit))
        {
            output.WriteLine($"{TextSanitizer.Escape(_unit)} does not exist.");
            return ExitCode.NotApplicable;
        }

        if (IsThisSystem && !TryRun("systemctl", "disable", "--now", ServiceUnit.Name))
            output.WriteLine("The service could not be stopped. If it runs, stop it.");
        foreach (string file in (string[])[_unit, _user])
        {
            File.Delete(file);
            output.WriteLine($"Deleted {TextSanitizer.Escape(file)}");
        }

        if (IsThisSystem)
            Reload();
        return ExitCode.Done;
    }

    private static bool Reload() => TryRun("systemctl", "daemon-reload");

    private static void Write(string file, string text, TextWriter output)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        output.WriteLine($"Wrote {TextSanitizer.Escape(file)}");
    }

    /// <summary>Runs a program of the system. What it prints is shown.</summary>
    private static bool TryRun(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(program, arguments);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
