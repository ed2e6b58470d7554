using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ServerLib.Administration;
using ServerLib.Cli.Terminal;

namespace ServerLib.Cli.Chat;

/// <summary>The command <c>connect</c>: from its arguments to its exit code.</summary>
internal static class ChatProgram
{
    /// <summary>The exit code if the server refuses the login.</summary>
    private const int LoginRefused = 3;

    public static async Task<int> RunAsync(
        ChatArguments arguments, Surroundings surroundings, HostConsole console, CancellationToken cancellationToken)
    {
        var names = new ConcurrentDictionary<string, byte>();
        ILineConsole chat = surroundings.Terminal is { } terminal
            ? new InputScreen(terminal) { Complete = text => ChatSession.Complete(text, names.Keys) }
            : new PlainLineConsole(surroundings.In, console, surroundings.Keyboard);
        var adminTerminal = new HostAdminTerminal(chat, TextReader.Null, surroundings);
        var identities = new IdentityFiles(surroundings.CurrentDirectory, chat);
        using RSA? key = arguments.Identity is { } file ? await identities.LoadAsync(file, cancellationToken).ConfigureAwait(false) : null;
        if (arguments.Identity is not null && key is null)
            return ExitCode.Done;
        using X509Certificate2? certificate = arguments.Certificate is { } shown
            ? await new ClientCertificateFiles(surroundings.CurrentDirectory, chat).LoadAsync(shown, arguments.CertificateKey, cancellationToken)
                .ConfigureAwait(false)
            : null;
        if (arguments.Certificate is not null && certificate is null)
            return ExitCode.Done;
        var password = new ChatPassword(arguments, surroundings, chat);
        try
        {
            ServerClientOptions options = Options(arguments, surroundings, chat);
            options.ClientCertificate = certificate;
            options.PrivateKey = key;
            if (key is null)
                password.Prepare(options);
            var printer = new ChatPrinter(surroundings.Terminal is null ? null : surroundings.Time);
            var client = new ServerClient(options);
            await using (client.ConfigureAwait(false))
            {
                await new ChatConnection(client, chat, printer).OpenAsync(cancellationToken).ConfigureAwait(false);
                await new ChatSession(client, chat, printer, identities, adminTerminal, surroundings.Format, names).RunAsync(cancellationToken).ConfigureAwait(false);
            }

            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (password.IsWithheld)
        {
            return ExitCode.Done;
        }
        catch (LoginException e)
        {
            string again = e.RetryAfter is { } wait && !e.Message.Any(char.IsAsciiDigit)
                ? $" Try again in {Math.Ceiling(wait.TotalSeconds)} seconds."
                : "";
            console.PrintError($"Login refused: {e.Message}{again}{LoginHint.Of(arguments, e)}");
            return LoginRefused;
        }
        catch (Exception e) when (e is ServerClientException or IOException or UnauthorizedAccessException)
        {
            string hint = e is ServerClientException failure ? LoginHint.Of(arguments, failure) : "";
            console.PrintError(TextSanitizer.Escape(e.Message) + hint);
            return ExitCode.CouldNotRun;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
    }

    private static ServerClientOptions Options(ChatArguments arguments, Surroundings surroundings, ILineConsole chat)
    {
        var options = new ServerClientOptions
        {
            Host = arguments.Host,
            Port = arguments.Port,
            UserName = arguments.User,
            Invitation = arguments.Invitation,
            AllowPlaintextPassword = arguments.AllowsPlaintextPassword,

            // A script ends with an error when the connection is lost.
            Reconnect = surroundings.Terminal is not null,
            Protocol = arguments.IsClassic ? ClientProtocol.Classic : ClientProtocol.Compact,
        };
        if (arguments.UsesTls)
        {
            string path = arguments.KnownServers is { } file ? Path.Combine(surroundings.CurrentDirectory, file) : KnownServers.DefaultPath;
            options.Tls = TlsMode.Ask;
            options.TrustServer = new ServerTrust(new KnownServers(path), chat, arguments.AcceptsNew).DecideAsync;
        }

        return options;
    }
}
