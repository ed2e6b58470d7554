using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ServerLib.Hosting;

namespace ServerLib.Administration.Commands;

/// <summary>The options of <c>history</c> that select entries.</summary>
internal sealed class HistoryFilter
{
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

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_user, _actor, _address, _event, _failed, _since, _until])
            command.Options.Add(option);
    }

    /// <exception cref="AdminCommandException">An option has an invalid value.</exception>
    public AuditFilter Read(AdminRequest request)
    {
        HashSet<AuditEvent> events = [.. (request.Get(_event) ?? []).Select(ReadEvent)];
        if (request.Get(_failed))
            events.Add(AuditEvent.FailedLogin);
        TimeProvider time = request.Service<TimeProvider>();
        DateTimeOffset from = request.Get(_since) is { } since ? ReadTime(_since, since, time) : DateTimeOffset.MinValue;
        DateTimeOffset to = request.Get(_until) is { } until ? ReadTime(_until, until, time) : DateTimeOffset.MaxValue;
        if (to <= from)
            throw new AdminCommandException(ExitCode.WrongUsage, $"{_until.Name} has to be later than {_since.Name}");
        return new AuditFilter
        {
            Name = request.Get(_user),
            Actor = request.Get(_actor),
            Network = request.Get(_address) is { } network ? ReadNetwork(network) : null,
            Events = events,
            Since = from,
            Until = to,
        };
    }

    private static DateTimeOffset ReadTime(Option option, string text, TimeProvider time) =>
        PastTime.TryParse(text, time, out DateTimeOffset parsed) ? parsed : throw Wrong(option, text, PastTime.Allowed);

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
            : throw new AdminCommandException(ExitCode.WrongUsage, NearestName.UnknownOf("event", text, Enum.GetNames<AuditEvent>()));

    /// <summary>Says that an option cannot have a value.</summary>
    public static AdminCommandException Wrong(Option option, string text, string allowed) =>
        new(ExitCode.WrongUsage, string.Create(CultureInfo.InvariantCulture, $"{option.Name} cannot be '{text}'; it must be {allowed}"));
}
