using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>Adds an account with a generated password.</summary>
internal sealed class AddUserCommand(
    IUserAdministration accounts, IServerControl server, AuditTrail audit, IOptions<ServerOptions> options) : IAdminCommand
{
    public string Name => "adduser";

    public string Argument => "NAME";

    public string Summary => "add an account, and print its generated password once";

    public string? Details => "The owner changes the password with /password in the chat.";

    public string Example => "adduser ada";

    public bool HasJson => true;

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string name = context.Argument;
        if (Authenticator.FindNameProblem(name, options.Value) is { } problem)
            return await context.RefuseAsync(ExitCode.WrongUsage, problem).ConfigureAwait(false);

        string password = GeneratedPassword.Create(options.Value);
        LoginResult added = await accounts.AddAccountAsync(name, password, cancellationToken).ConfigureAwait(false);
        if (added.Code == LoginCode.Busy)
            return await context.BusyAsync().ConfigureAwait(false);
        if (!added.IsOk)
            return await context.RefuseAsync(ExitCode.CouldNotRun, $"the name {name} is taken").ConfigureAwait(false);

        audit.Write(AuditEvent.Registered, name, context.Caller.Address, context.Caller.Name);
        context.Data = new { name, password };
        if (server.Bans.FirstOrDefault(ban => IsOf(ban, name)) is { } banned)
            await context.WriteLineAsync($"{name} is banned and cannot log in; 'unban {banned.Target}' lifts the ban").ConfigureAwait(false);
        return await context.DoneAsync($"added {name}, with the password {password}").ConfigureAwait(false);
    }

    /// <remarks>Some admins type a password after the name. It must not get into the audit trail.</remarks>
    public string Audited(string argument) => CommandContext.Words(argument).FirstOrDefault("");

    private static bool IsOf(Ban ban, string name) =>
        BanTarget.TryParse(ban.Target, out BanTarget target, out _) && target.Name == UserName.Key(name);
}
