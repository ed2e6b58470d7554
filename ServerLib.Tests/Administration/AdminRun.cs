using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ServerLib.Administration;
using ServerLib.Administration.Commands;

namespace ServerLib.Tests.Administration;

/// <summary>
/// Runs lines through an <see cref="AdminCommandRunner"/> whose services are the given objects. Each is a service under its class, base
/// classes and interfaces, before the defaults: the system's clock, default options, and an audit trail in memory.
/// </summary>
internal sealed class AdminRun : IServiceProvider, IAsyncDisposable
{
    private readonly object[] _services;
    private readonly AuditTrail _audit = AuditTrail.CreateEphemeral();

    public AdminRun(params object[] services)
        : this(AdminCommands.Create(), NullLogger<AdminCommandRunner>.Instance, services)
    {
    }

    private AdminRun(IEnumerable<AdminCommand> commands, ILogger<AdminCommandRunner> logger, object[] services)
    {
        ServerOptions options = services.OfType<ServerOptions>().FirstOrDefault() ?? new ServerOptions();
        _services =
        [
            .. services, Options.Create(options), Options.Create(new AdministrationOptions()), PasswordRules.Load(options), TimeProvider.System,
            _audit,
        ];
        Runner = new AdminCommandRunner(commands, this, logger);
    }

    public AdminCommandRunner Runner { get; }

    /// <summary>Who runs the commands. Default the console.</summary>
    public AdminCaller Caller { get; init; } = AdminCaller.Console;

    /// <summary>Where the commands run. Default in a running server.</summary>
    public CommandPlace At
    {
        init => Runner.At = value;
    }

    /// <summary>The trail: the given one, or one in memory.</summary>
    public AuditTrail Audit => (AuditTrail)GetService(typeof(AuditTrail))!;

    /// <summary>With other commands than ServerLib's.</summary>
    public static AdminRun With(AdminCommand[] commands, ILogger<AdminCommandRunner>? logger = null, params object[] services) =>
        new(commands, logger ?? NullLogger<AdminCommandRunner>.Instance, services);

    public Task<CommandOutput> RunAsync(string line, string? input = null, AdminCaller? caller = null) =>
        Runner.RunAsync(new CommandRequest(line, input), caller ?? Caller, Guard.NewToken());

    /// <summary>Runs a line.</summary>
    /// <returns>The exit code and the text.</returns>
    public async Task<(int Exit, string Text)> AnswerAsync(string line, string? input = null, AdminCaller? caller = null)
    {
        CommandOutput output = await RunAsync(line, input, caller);
        return (output.Exit, output.Text);
    }

    /// <summary>What the trail says of admin commands, the oldest first.</summary>
    public async Task<string[]> AuditedAsync() =>
    [
        .. (await Audit.ReadNewestAsync(1_000)).Where(entry => entry.Event == AuditEvent.AdminCommand).Select(entry => entry.Detail).Reverse(),
    ];

    public object? GetService(Type serviceType) => Array.Find(_services, serviceType.IsInstanceOfType);

    public ValueTask DisposeAsync() => _audit.DisposeAsync();
}
