using System.Collections.Concurrent;
using ServerLib.Administration;
using ServerLib.Cli.Terminal;
using static ServerLib.TextSanitizer;

namespace ServerLib.Cli.Chat;

/// <summary>A chat: sends the lines that the user types, and prints the messages of others.</summary>
internal sealed class ChatSession(
    ServerClient client,
    ILineConsole console,
    ChatPrinter printer,
    IdentityFiles identities,
    IAdminTerminal adminTerminal,
    CommandFormat format,
    ConcurrentDictionary<string, byte> names)
{
    public static readonly string[] Commands =
    [
        "/msg", "/join", "/leave", "/group", "/who", "/users", "/keys", "/addkey", "/removekey", "/password", "/admin", "/quit", "/help",
    ];

    private const string Help =
        """
        Type a message and press Enter to send it to everyone. Lines that begin with / are commands:
        /msg NAME TEXT      send a message to one user
        /join GROUP         join a group
        /leave GROUP        leave a group
        /group GROUP TEXT   send a message to a group
        /who [GROUP]        list the users that are online, or those in a group
        /users [GROUP]      the same as /who
        /keys               list the keys of your account
        /addkey NAME FILE   add the key in FILE to your account, under this name
        /removekey NAME     remove a key from your account
        /password           change your password; you will be asked for it
        /admin COMMAND      run a command of the server, for admins: /admin help
        /quit               leave the chat
        //TEXT              send /TEXT to everyone
        """;

    private readonly ChatKeys _keys = new(client, console, identities);
    private readonly AdminShell _admin = new(adminTerminal, client.RunCommandAsync);
    private readonly PastedKey _pasted = new();
    private readonly HashSet<string> _joined = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What could complete a text: the commands and the names of users. An empty word is not completed.</summary>
    public static IEnumerable<string> Complete(string text, IEnumerable<string> users) => text.Length == 0 || text.EndsWith(' ')
        ? []
        : Commands.Concat(users.Where(name => Escape(name) == name));

    /// <summary>Runs until the user leaves or the connection ends.</summary>
    /// <exception cref="ServerClientException">The connection was lost, or the server ended it.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (client.Greeting.Length > 0)
            console.Print(Escape(client.Greeting));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task hearing = HearAsync(over);
        try
        {
            await LearnNamesAsync(over.Token).ConfigureAwait(false);
            while (await console.ReadLineAsync("> ", over.Token).ConfigureAwait(false) is { } line)
            {
                if (!await SubmitAsync(line, over.Token).ConfigureAwait(false))
                    break;
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The connection or the program ends.
        }

        console.Close();
        await over.CancelAsync().ConfigureAwait(false);
        await hearing.ConfigureAwait(false);
    }

    private async Task HearAsync(CancellationTokenSource over)
    {
        try
        {
            await foreach (ReceivedMessage message in client.ReadAllAsync(over.Token).ConfigureAwait(false))
            {
                if (message.Kind == ReceivedKind.Left && message.Group is null)
                    names.TryRemove(message.Sender, out _);
                else if (message.Sender.Length > 0)
                    names.TryAdd(message.Sender, 0);
                if (printer.Line(message) is { } line)
                    console.Print(line);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The chat ends.
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task LearnNamesAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (string user in await client.GetUsersAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
                names.TryAdd(user, 0);
        }
        catch (Exception e) when (e is NotSupportedException or ServerClientException or TimeoutException)
        {
            // Tab then completes only the names of users that have written something.
        }
    }

    /// <returns>Whether the chat continues.</returns>
    private async Task<bool> SubmitAsync(string line, CancellationToken cancellationToken)
    {
        try
        {
            if (_pasted.Takes(line, out bool begins))
            {
                if (begins)
                    console.Print("! this is a key, so it was not sent to anybody; add a key from its file with /addkey NAME FILE");
            }
            else if (line.StartsWith("//", StringComparison.Ordinal))
                await client.SendAsync(line[1..], cancellationToken).ConfigureAwait(false);
            else if (line.StartsWith('/'))
                return await CommandAsync(line, cancellationToken).ConfigureAwait(false);
            else if (line.Length > 0)
                await client.SendAsync(line, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NotSupportedException or TimeoutException or ArgumentException or WrongUsageException)
        {
            console.Print($"! {Escape(e.Message)}");
        }
        catch (ServerClientException e) when (client.IsConnected)
        {
            string hint = e.Code == "not-allowed" && client.ServerFingerprint is null ? " Connect with --tls." : "";
            console.Print($"! {e.Message}{hint}");
        }
        catch (ServerClientException) when (client.State == ServerClientState.Reconnecting)
        {
            console.Print("! there is no connection, so this was not sent; try again when you are connected");
        }
        catch (ServerClientException)
        {
            // HearAsync reports it.
        }

        return true;
    }

    private async Task<bool> CommandAsync(string line, CancellationToken cancellationToken)
    {
        string[] words = line.Split(' ', 2, StringSplitOptions.TrimEntries);
        string[] name = words.Length > 1 ? words[1].Split(' ', 2, StringSplitOptions.TrimEntries) : [];
        switch (words[0])
        {
            case "/msg" when name is [{ Length: > 0 } to, { Length: > 0 } text]:
                await client.SendToAsync(to, text, cancellationToken).ConfigureAwait(false);
                break;
            case "/group" when name is [{ Length: > 0 } group, { Length: > 0 } text]:
                await client.SendToGroupAsync(group, text, cancellationToken).ConfigureAwait(false);
                break;
            case "/join" when name is [{ Length: > 0 } group]:
                await client.JoinAsync(group, cancellationToken).ConfigureAwait(false);
                _joined.Add(group);
                console.Print($"* you are in {Escape(group)}");
                break;
            case "/leave" when name is [{ Length: > 0 } group]:
                await client.LeaveAsync(group, cancellationToken).ConfigureAwait(false);
                console.Print(_joined.Remove(group) ? $"* you left {Escape(group)}" : $"* you were not in {Escape(group)}");
                break;
            case "/who" or "/users" when name.Length <= 1:
                IReadOnlyList<string> users = await client.GetUsersAsync(name.FirstOrDefault(), cancellationToken).ConfigureAwait(false);
                console.Print(users.Count == 0 ? "* nobody is online" : $"* {string.Join(", ", users.Order(StringComparer.Ordinal).Select(Escape))}");
                break;
            case "/password" when name.Length == 0:
                await ChangePasswordAsync(cancellationToken).ConfigureAwait(false);
                break;
            case "/admin" when name is [{ Length: > 0 }, ..]:
                CommandOutput output = await _admin.RunAsync(words[1], cancellationToken).ConfigureAwait(false);
                foreach (string outputLine in format.LinesOf(output))
                    console.Print(outputLine);
                break;
            case "/keys" when name.Length == 0:
                await _keys.ListAsync(cancellationToken).ConfigureAwait(false);
                break;
            case "/addkey" when name is [{ Length: > 0 } key, { Length: > 0 } file]:
                await _keys.AddAsync(key, file, cancellationToken).ConfigureAwait(false);
                break;
            case "/removekey" when name is [{ Length: > 0 } key]:
                await _keys.RemoveAsync(key, cancellationToken).ConfigureAwait(false);
                break;
            case "/quit" when name.Length == 0:
                return false;
            case "/help" when name.Length == 0:
                foreach (string helpLine in Help.Split('\n'))
                    console.Print(helpLine.TrimEnd());
                break;
            default:
                console.Print(UsageOf(words[0]) is { } usage ? $"! usage: {usage}" : "! there is no such command; /help lists the commands");
                break;
        }

        return true;
    }

    /// <summary>The usage text of a command; <see langword="null"/> if there is no such command.</summary>
    private static string? UsageOf(string command) => Help.Split('\n')
        .Where(line => line == command || line.StartsWith(command + ' ', StringComparison.Ordinal))
        .Select(line => line.Split("  ")[0])
        .FirstOrDefault();

    private async Task ChangePasswordAsync(CancellationToken cancellationToken)
    {
        if (!console.CanPrompt)
            console.Print("! there is no terminal to ask for the password");
        else if (await AskAsync("Current password: ").ConfigureAwait(false) is { } current
            && await AskAsync("New password: ").ConfigureAwait(false) is { } chosen
            && await AskAsync("New password again: ").ConfigureAwait(false) is { } again)
        {
            if (chosen != again)
            {
                console.Print("! the two new passwords are different; nothing was changed");
                return;
            }

            try
            {
                await client.ChangePasswordAsync(current, chosen, cancellationToken).ConfigureAwait(false);
                console.Print("* your password is changed");
            }
            catch (ServerClientException e) when (e.Code == "failure")
            {
                console.Print("! The current password is wrong.");
            }
        }

        Task<string?> AskAsync(string prompt) => console.AskAsync(prompt, isSecret: true, cancellationToken);
    }
}
