using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using ServerLib.Administration;
using static ServerLib.TextSanitizer;

namespace ServerLib.Cli.Chat;

/// <summary>One person's chat: what he types goes out, what others say is printed.</summary>
internal sealed class ChatSession(ServerClient client, IChatConsole console, IdentityFiles identities, ConcurrentDictionary<string, byte> names)
{
    public static readonly string[] Commands =
    [
        "/msg", "/join", "/leave", "/group", "/users", "/keys", "/addkey", "/removekey", "/password", "/admin", "/quit", "/help",
    ];

    private const string Help =
        """
        What you type goes to everyone. Lines that begin with / are commands:
        /msg NAME TEXT      says something to one user only
        /join GROUP         joins a group
        /leave GROUP        leaves it
        /group GROUP TEXT   says something to a group
        /users [GROUP]      says who is on-line
        /keys               lists the keys with which you can log in
        /addkey NAME FILE   adds the key in FILE, and calls it NAME
        /removekey NAME     removes it
        /password           changes your password, which is asked for
        /admin COMMAND      runs one of the server's commands, for admins: /admin help
        /quit               leaves
        //TEXT              says /TEXT to everyone
        """;

    private readonly JsonSerializerOptions _readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    private readonly ChatKeys _keys = new(client, console, identities);
    private readonly PastedKey _pasted = new();
    private readonly HashSet<string> _joined = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Chats until the person leaves or the connection ends.</summary>
    /// <exception cref="ServerClientException">The connection ended otherwise.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (client.Greeting.Length > 0)
            console.Print(Escape(client.Greeting));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task hearing = HearAsync(over);
        try
        {
            await LearnNamesAsync(over.Token).ConfigureAwait(false);
            while (await console.ReadLineAsync("> ", isSecret: false, over.Token).ConfigureAwait(false) is { } line)
            {
                if (!await SayAsync(line, over.Token).ConfigureAwait(false))
                    break;
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The connection is lost, or it is to end.
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
                console.Print(ChatPrinter.Line(message));
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // It is over.
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
            // Then only those are completed who say something.
        }
    }

    /// <returns>Whether the chat goes on.</returns>
    private async Task<bool> SayAsync(string line, CancellationToken cancellationToken)
    {
        try
        {
            if (_pasted.Takes(line, out bool begins))
            {
                if (begins)
                    console.Print("! that is a key, and said to nobody, up to its END line; /addkey NAME FILE adds one from its file");
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
            console.Print($"! {e.Message}");
        }
        catch (ServerClientException)
        {
            // The one who hears says it.
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
            case "/users" when name.Length <= 1:
                IReadOnlyList<string> users = await client.GetUsersAsync(name.FirstOrDefault(), cancellationToken).ConfigureAwait(false);
                console.Print(users.Count == 0 ? "* nobody" : $"* {string.Join(", ", users.Order(StringComparer.Ordinal).Select(Escape))}");
                break;
            case "/password" when name.Length == 0:
                await ChangePasswordAsync(cancellationToken).ConfigureAwait(false);
                break;
            case "/admin" when name is [{ Length: > 0 }, ..]:
                CommandOutput output = await client.RunCommandAsync(words[1], cancellationToken).ConfigureAwait(false);
                foreach (string outputLine in TextOf(output).Split('\n'))
                    console.Print(Escape(outputLine.TrimEnd('\r')));
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
                console.Print(UsageOf(words[0]) is { } usage ? $"! usage: {usage}" : "! that is no command; /help lists them");
                break;
        }

        return true;
    }

    /// <summary>How a command is typed; <see langword="null"/> where there is none of that name.</summary>
    private static string? UsageOf(string command) => Help.Split('\n')
        .Where(line => line == command || line.StartsWith(command + ' ', StringComparison.Ordinal))
        .Select(line => line.Split("  ")[0])
        .FirstOrDefault();

    /// <summary>JSON that would not have gone into a frame twice comes as data only.</summary>
    private string TextOf(CommandOutput output) =>
        output is { Text: "", Data: { } data } ? JsonSerializer.Serialize(data, _readable) : output.Text;

    private async Task ChangePasswordAsync(CancellationToken cancellationToken)
    {
        if (!console.CanAsk)
            console.Print("! there is nobody to ask for the password");
        else if (await AskAsync("Current password: ").ConfigureAwait(false) is { } current
            && await AskAsync("New password: ").ConfigureAwait(false) is { } chosen
            && await AskAsync("New password again: ").ConfigureAwait(false) is { } again)
        {
            if (chosen != again)
            {
                console.Print("! these are two different passwords");
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

        Task<string?> AskAsync(string prompt) => console.ReadLineAsync(prompt, isSecret: true, cancellationToken);
    }
}
