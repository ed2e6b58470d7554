using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ServerLib.Hosting;

namespace ServerLib.Administration.History;

/// <summary>The arguments of <c>history</c>, on the command line and at the server's console.</summary>
internal sealed partial class HistoryCommandLine
{
    private const int DefaultLimit = 50;

    private const string Description =
        """
        Shows the audit trail, the newest entry last: logins, failed logins, bans, admin commands and other security events.
        """;

    private const string OfFiles =
        """

        It only reads the files of the data folder, and also works while the server is running.

        Exit codes: 0 success, 1 the audit trail cannot be read or is damaged, 2 wrong usage, 3 there is no audit trail.
        """;

    private const string VerifyDescription =
        """
        Verifies the audit trail, and finds the first entry that was changed, removed or moved. To also detect that entries
        were removed at the end, give a head with --head. The activity log contains one every hour ("audit trail at N:HASH").

        Exit codes: 0 intact, 1 damaged or changed, or it cannot be read, 2 wrong usage, 3 there is no audit trail, or the
        entry of a head was deleted after its retention.
        """;

    private readonly Option<string?> _user = new("--user") { Description = "Only entries about this user", HelpName = "NAME" };

    private readonly Option<string?> _actor =
        new("--actor") { Description = "Only what this admin did; 'console' for the server's console", HelpName = "NAME" };

    private readonly Option<string?> _address = new("--address")
    {
        Description = "Only entries with this IP address, or in this network: 10.0.0.0/8",
        HelpName = "ADDRESS",
    };

    private readonly Option<string[]> _event = new("--event")
    {
        Description = $"Only this event; may be repeated: {string.Join(", ", Enum.GetNames<AuditEvent>())}",
        HelpName = "EVENT",
    };

    private readonly Option<bool> _failed = new("--failed") { Description = "Only failed logins, like --event FailedLogin" };

    private readonly Option<string?> _since = new("--since") { Description = $"Only entries since then: {PastTime.Allowed}", HelpName = "TIME" };

    private readonly Option<string?> _until = new("--until") { Description = "Only entries before then", HelpName = "TIME" };

    private readonly Option<string?> _limit = new("--limit")
    {
        Description = $"The maximum number of entries; the newest are shown [default: {DefaultLimit}]",
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
        Description = "A head from the activity log that the audit trail must contain; may be repeated",
        HelpName = "N:HASH",
    };

    private readonly Func<HistoryRequest, CancellationToken, Task<int>> _run;
    private readonly TimeProvider _time;
    private readonly TextWriter _error;
    private readonly int _maxLimit;

    /// <param name="run">Runs the command when the arguments are valid.</param>
    /// <param name="time">The clock.</param>
    /// <param name="error">Gets what is wrong with the arguments.</param>
    /// <param name="maxLimit">The largest value of <c>--limit</c>.</param>
    /// <param name="onFiles">Whether the command reads files: it has <c>--data</c> and is part of a program's command line.</param>
    public HistoryCommandLine(
        Func<HistoryRequest, CancellationToken, Task<int>> run,
        TimeProvider time,
        TextWriter error,
        int maxLimit = int.MaxValue,
        bool onFiles = true)
    {
        (_run, _time, _error, _maxLimit) = (run, time, error, maxLimit);
        var verify = new Command("verify", VerifyDescription) { _head };
        verify.SetAction((result, cancellationToken) => RunAsync(() => ReadVerify(result), cancellationToken));
        Command = new Command("history", onFiles ? Description + OfFiles : Description)
        {
            _user, _actor, _address, _event, _failed, _since, _until, _limit, _json, verify,
        };
        Command.Options.Add(onFiles ? _data : new HelpOption());
        Command.SetAction((result, cancellationToken) => RunAsync(() => Read(result), cancellationToken));
    }

    public Command Command { get; }

    private async Task<int> RunAsync(Func<HistoryRequest> read, CancellationToken cancellationToken)
    {
        HistoryRequest request;
        try
        {
            request = read();
        }
        catch (HistoryUsageException e)
        {
            await _error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.WrongUsage;
        }

        return await _run(request, cancellationToken).ConfigureAwait(false);
    }

    private HistoryRequest ReadVerify(ParseResult result) => new()
    {
        Filter = new AuditFilter(),
        Limit = DefaultLimit,
        Verifies = true,
        Heads =
        [
            .. (result.GetValue(_head) ?? []).Select(text => Head().IsMatch(text)
                ? text
                : throw Wrong(_head, text, "a number, a colon and 64 hexadecimal digits, as in the activity log")),
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
            throw new HistoryUsageException($"{_until.Name} has to be later than {_since.Name}");
        return new HistoryRequest
        {
            Filter = new AuditFilter
            {
                Name = result.GetValue(_user),
                Actor = result.GetValue(_actor),
                Network = result.GetValue(_address) is { } network ? ReadNetwork(network) : null,
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
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit >= 1 && limit <= _maxLimit
            ? limit
            : throw Wrong(_limit, text, $"a number of 1 to {_maxLimit}");

    private IPNetwork ReadNetwork(string text)
    {
        if (IPNetwork.TryParse(text, out IPNetwork network))
            return network;

        // IPAddress also parses numbers.
        return text.AsSpan().ContainsAny('.', ':') && IPAddress.TryParse(text, out IPAddress? address)
            ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
            : throw Wrong(_address, text, "an IP address, or a network such as 10.0.0.0/8");
    }

    private static AuditEvent ReadEvent(string text) =>
        Enum.GetValues<AuditEvent>().Where(what => what.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)).ToArray() is [var found]
            ? found
            : throw new HistoryUsageException(NearestName.UnknownOf("event", text, Enum.GetNames<AuditEvent>()));

    [GeneratedRegex(@"\A[0-9]{1,18}:[0-9A-Fa-f]{64}\z")]
    private static partial Regex Head();

    private static HistoryUsageException Wrong(Option option, string text, string allowed) =>
        new($"{option.Name} cannot be '{TextSanitizer.Escape(text)}'; it must be {allowed}");
}
