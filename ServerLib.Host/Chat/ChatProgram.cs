using System.Collections.Concurrent;
using System.Security.Cryptography;
using ServerLib.Diagnostics;
using ServerLib.Wire;

namespace ServerLib.Host.Chat;

/// <summary>The command <c>connect</c>, from its arguments to its exit code.</summary>
internal static class ChatProgram
{
    /// <summary>Holds the password; no option of the server has that name.</summary>
    public const string PasswordVariable = "SERVERLIB_PASSWORD";

    public static async Task<int> RunAsync(
        ChatArguments arguments, Surroundings surroundings, HostConsole console, CancellationToken cancellationToken)
    {
        var names = new ConcurrentDictionary<string, byte>();
        IChatConsole chat = surroundings.Terminal is { } terminal
            ? new ChatScreen(terminal, () => ChatSession.Commands.Concat(names.Keys.Where(name => PrintableText.Escape(name) == name)))
            : new PlainChatConsole(surroundings.In, console);
        var identities = new IdentityFiles(surroundings.CurrentDirectory, chat);
        using RSA? key = arguments.Identity is { } file ? await identities.LoadAsync(file, cancellationToken).ConfigureAwait(false) : null;
        string? password = arguments.Identity is null
            ? await PasswordAsync(arguments, surroundings, chat, cancellationToken).ConfigureAwait(false)
            : null;
        if (key is null && password is null)
            return ExitCode.Done;
        if (key is null && password is "")
            throw new WrongUsageException("the password is empty");
        try
        {
            ServerClientOptions options = Options(arguments, surroundings, chat);
            options.PrivateKey = key;
            options.Password = password ?? "";
            ServerClient client = await ServerClient.ConnectAsync(options, cancellationToken).ConfigureAwait(false);
            await using (client.ConfigureAwait(false))
                await new ChatSession(client, chat, identities, names).RunAsync(cancellationToken).ConfigureAwait(false);
            return ExitCode.Done;
        }
        catch (LoginException e)
        {
            string again = e.RetryAfter is { } wait && SaysNothingOfTime(e) ? $" Try again in {Math.Ceiling(wait.TotalSeconds)} seconds." : "";
            console.PrintError($"The server does not let you in: {e.Message}{again}");
            return ExitCode.LoginRefused;
        }
        catch (Exception e) when (e is ServerClientException or IOException or UnauthorizedAccessException)
        {
            console.PrintError(PrintableText.Escape(e.Message));
            return ExitCode.CouldNotRun;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
    }

    /// <summary>Whether the server gave its usual words; those that it found for this once say until when.</summary>
    private static bool SaysNothingOfTime(LoginException refusal) => refusal.Message == CloseCode.TextOf(refusal.Result);

    private static ServerClientOptions Options(ChatArguments arguments, Surroundings surroundings, IChatConsole chat)
    {
        var options = new ServerClientOptions
        {
            Host = arguments.Host,
            Port = arguments.Port,
            UserName = arguments.User,
            Invitation = arguments.Invitation,
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

    /// <summary>The password from its file, the environment, or the person; <see langword="null"/> when he doesn't say.</summary>
    private static async Task<string?> PasswordAsync(
        ChatArguments arguments, Surroundings surroundings, IChatConsole chat, CancellationToken cancellationToken)
    {
        if (arguments.PasswordFile is { } file)
        {
            try
            {
                return File.ReadLines(Path.Combine(surroundings.CurrentDirectory, file)).FirstOrDefault() ?? "";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new WrongUsageException($"the password can't be read: {PrintableText.Escape(e.Message)}");
            }
        }

        if (surroundings.Variables.TryGetValue(PasswordVariable, out string? variable) && variable is not null)
            return variable;
        if (!chat.CanAsk)
            throw new WrongUsageException($"there is nobody to ask for the password; give --password-file or {PasswordVariable}");
        return await chat.ReadLineAsync("Password: ", isSecret: true, cancellationToken).ConfigureAwait(false);
    }
}
