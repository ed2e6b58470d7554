using System.CommandLine;
using ServerLib.Administration;

namespace ServerLib.Cli.Service;

/// <summary>The command <c>service</c>: installs the server as a service of systemd, or removes it.</summary>
internal static class ServiceCommandLine
{
    private const string Description =
        """
        Installs this program as a service of systemd.

        The service runs as the user serverlib, with its data in /var/lib/serverlib. An appsettings.json in /etc/serverlib
        is read if it exists. Change other settings of the service with 'systemctl edit serverlib'.
        """;

    public static Command Create()
    {
        var root = new Option<string?>("--root")
        {
            Description = "The folder of another system, such as an image, in which to install [default: /]",
            HelpName = "DIR",
        };
        var print = new Option<bool>("--print") { Description = "Prints the unit file, and changes nothing" };
        var install = new Command("install", "Writes the unit file, and creates the service's user") { print, root };
        install.SetAction(result => Run(result, output =>
        {
            if (!result.GetValue(print))
                return ServiceInstallation.In(result.GetValue(root)).Install(output);
            output.Write(ServiceUnit.Text);
            return ExitCode.Done;
        }));
        var uninstall = new Command("uninstall", "Removes the unit file; the data and the user stay") { root };
        uninstall.SetAction(result => Run(result, output => ServiceInstallation.In(result.GetValue(root)).Uninstall(output)));
        return new Command("service", Description) { install, uninstall };
    }

    private static int Run(ParseResult result, Func<TextWriter, int> action)
    {
        TextWriter output = result.InvocationConfiguration.Output;
        TextWriter error = result.InvocationConfiguration.Error;
        try
        {
            if (!OperatingSystem.IsLinux())
                throw new WrongUsageException("service is for systemd on Linux; on Windows, use sc.exe");
            return action(output);
        }
        catch (UnauthorizedAccessException e)
        {
            error.WriteLine($"{PlainCause.Of(e)} Run this command as root.");
            return ExitCode.CouldNotRun;
        }
        catch (IOException e)
        {
            error.WriteLine(PlainCause.Of(e));
            return ExitCode.CouldNotRun;
        }
    }
}
