namespace ServerLib.Administration.Commands;

/// <summary>Lists or clears the entries of the login throttle.</summary>
internal sealed class ThrottleCommand(ThrottleList list, ThrottleClear clear) : IAdminCommand
{
    public string Name => "throttle";

    public string Argument => "list | clear NAME|ADDRESS|RANGE|all";

    public string Summary => "list or clear the waits after failed logins and registrations";

    public string? Details =>
        "list shows which addresses are refused, which accounts have to wait, and where many accounts were registered. "
        + "clear ends this for an account, an address, a range, or all.";

    public string Example => "throttle clear 203.0.113.7";

    public bool HasJson => true;

    public ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken) =>
        CommandContext.Words(context.Argument) switch
        {
            ["list"] => list.RunAsync(context),
            ["clear", var target] => clear.RunAsync(context, target),
            _ => context.UsageAsync(this),
        };
}
