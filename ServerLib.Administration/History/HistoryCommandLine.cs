using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.CommandLine;
using ServerLib.Auditing;
using ServerLib.Hosting;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Administration.History;

/// <summary>The arguments of <c>history</c>, on the command line and on the running server's console.</summary>
internal sealed class HistoryCommandLine
{
    private const int DefaultLimit = 50;

    private const string Description =
        """
        Shows the audit trail, the newest entry last: logins, failures, bans, admins' commands and what else is worth
        an inquiry.
        """;

    private const string OfFiles =
        """
         It reads the files, also while the server runs on them, and changes nothing.

        Exit codes: 0 done, 1 could not be read or is not sound, 2 wrong usage, 3 there is no history.
        """;

    private const string VerifyDescription =
        """
        Goes through the audit trail, and finds the first entry that was changed, removed or put elsewhere. What was cut off
        at the end shows with --head, which the activity log has once an hour ("audit trail at N:HASH").

        Exit codes: 0 sound, 1 not sound or could not be read, 2 wrong usage, 3 there is no history, or nothing that a
        head could be compared with any more.
        """;

    private readonly Option<string?> _user = new("--user") { Description = "Only what is about this user", HelpName = "NAME" };

    private readonly Option<string?> _actor = new("--actor") { Description = "Only what this admin, or 'console', did", HelpName = "NAME" };

    private readonly Option<string?> _address = new("--address")
    {
        Description = "Only what came from this IP address, or from this network, such as 10.0.0.0/8",
        HelpName = "ADDRESS",
    };

    private readonly Option<string[]> _event = new("--event")
    {
        Description = $"Only this kind of event; may be given more than once: {string.Join(", ", Enum.GetNames<AuditEvent>())}",
        HelpName = "EVENT",
    };

    private readonly Option<bool> _failed = new("--failed") { Description = "Only failed logins, as --event FailedLogin" };

    private readonly Option<string?> _since = new("--since") { Description = $"Only what is not older: {PastTime.Allowed}", HelpName = "TIME" };

    private readonly Option<string?> _until = new("--until") { Description = "Only what is older", HelpName = "TIME" };

    private readonly Option<string?> _limit = new("--limit")
    {
        Description = $"How many entries at most, the newest [default: {DefaultLimit}]",
        HelpName = "N",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON", Recursive = true };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "The data folder [default: serverlib-data]",
        HelpName = "DIR",
        Recursive = true,
    };

    private readonly Option<string[]> _head = new("--head")
    {
        Description = "A head from the activity log, which the trail has to contain; may be given more than once",
        HelpName = "N:HASH",
    };

    private readonly TimeProvider _time;
    private readonly int _maxLimit;

    /// <param name="run">Does it, once the arguments are understood.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maxLimit">How many entries may be asked for.</param>
    /// <param name="onFiles">Whether a data folder may be named; otherwise it stands alone, and gives help itself.</param>
    public HistoryCommandLine(
        Func<HistoryRequest, CancellationToken, Task<int>> run, TimeProvider time, int maxLimit = int.MaxValue, bool onFiles = true)
    {
        _time = time;
        _maxLimit = maxLimit;
        var verify = new Command("verify", VerifyDescription) { _head };
        verify.SetAction((result, cancellationToken) => run(ReadVerify(result), cancellationToken));
        Command = new Command("history", onFiles ? Description + OfFiles : Description)
        {
            _user, _actor, _address, _event, _failed, _since, _until, _limit, _json, verify,
        };
        Command.Options.Add(onFiles ? _data : new HelpOption());
        Command.SetAction((result, cancellationToken) => run(Read(result), cancellationToken));
    }

    public Command Command { get; }

    private HistoryRequest ReadVerify(ParseResult result) => new()
    {
        Filter = new AuditFilter(),
        Limit = DefaultLimit,
        Verifies = true,
        Heads =
        [
            .. (result.GetValue(_head) ?? []).Select(text => AuditHead.TryParse(text, out _)
                ? text
                : throw Wrong(_head, text, "a number, a colon and 64 hexadecimal digits, as the activity log has it")),
        ],
        AsJson = result.GetValue(_json),
        DataFolder = Folder(result),
    };

    private HistoryRequest Read(ParseResult result)
    {
        HashSet<AuditEvent> events = [.. (result.GetValue(_event) ?? []).Select(ReadEvent)];
        if (result.GetValue(_failed))
            events.Add(AuditEvent.FailedLogin);
        DateTimeOffset from = result.GetValue(_since) is { } since ? ReadTime(_since, since) : DateTimeOffset.MinValue;
        DateTimeOffset to = result.GetValue(_until) is { } until ? ReadTime(_until, until) : DateTimeOffset.MaxValue;
        if (to <= from)
            throw new WrongUsageException($"nothing can be found: {_until.Name} has to be later than {_since.Name}");
        return new HistoryRequest
        {
            Filter = new AuditFilter
            {
                Name = result.GetValue(_user),
                Actor = result.GetValue(_actor),
                Addresses = result.GetValue(_address) is { } addresses ? ReadAddresses(addresses) : null,
                Events = events,
                Since = from,
                Until = to,
            },
            Limit = result.GetValue(_limit) is { } limit ? ReadLimit(limit) : DefaultLimit,
            AsJson = result.GetValue(_json),
            DataFolder = Folder(result),
        };
    }

    private string? Folder(ParseResult result) => result.GetResult(_data) is null ? null : result.GetValue(_data);

    private DateTimeOffset ReadTime(Option option, string text) =>
        PastTime.TryParse(text, _time, out DateTimeOffset time) ? time : throw Wrong(option, text, PastTime.Allowed);

    private int ReadLimit(string text) =>
        int.TryParse(text, out int limit) && limit >= 1 && limit <= _maxLimit ? limit : throw Wrong(_limit, text, $"a number of 1 to {_maxLimit}");

    private AddressBlock ReadAddresses(string text) => AddressBlock.TryParse(text, out AddressBlock block)
        ? block
        : throw Wrong(_address, text, "an IP address, or a network such as 10.0.0.0/8");

    private static AuditEvent ReadEvent(string text) =>
        Enum.GetValues<AuditEvent>().Where(what => what.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)).ToArray() is [var found]
            ? found
            : throw new WrongUsageException(NearestName.UnknownOf("event", text, Enum.GetNames<AuditEvent>()));

    private static WrongUsageException Wrong(Option option, string text, string allowed) =>
        new($"{option.Name} can't be '{TextSanitizer.Escape(text)}': it is {allowed}");
}
