using Microsoft.Extensions.Options;
using ServerLib.Bans;
using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>Adds an account with a password that the server makes up.</summary>
internal sealed class AddUserCommand(
    IUserAdministration accounts, ConnectionServer server, AuditTrail audit, IOptions<ServerOptions> options) : IAdminCommand
{
    public string Name => "adduser";

    public string Argument => "NAME";

    public string Summary => "add an account, with a password that is printed once";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string name = context.Argument, shown = TextSanitizer.Escape(name);
        if (!Authenticator.IsAllowed(name, options.Value))
        {
            return await context.RefuseAsync(
                ExitCode.WrongUsage, "this can't be a name: 1 to 32 characters without white space or ':', and not a reserved one")
                .ConfigureAwait(false);
        }

        if (Authenticator.BrokenBy(name) is { } rule)
            return await context.RefuseAsync(ExitCode.WrongUsage, TextSanitizer.Escape(rule)).ConfigureAwait(false);

        string password = GeneratedPassword.Make(options.Value);
        LoginResult added = await accounts.AddAccountAsync(name, password, cancellationToken).ConfigureAwait(false);
        if (added.Code == LoginCode.Busy)
            return await context.BusyAsync().ConfigureAwait(false);
        if (!added.IsOk)
            return await context.RefuseAsync(ExitCode.CouldNotRun, $"the name {shown} is taken").ConfigureAwait(false);

        audit.Write(AuditEvent.Registered, name, context.Caller.Address, context.Caller.Name);
        context.Data = new { name, password };
        if (server.Bans.FirstOrDefault(ban => BanTarget.TryParse(ban.Target, out BanTarget who, out _) && who.Name == UserName.Key(name)) is { } banned)
            await context.WriteLineAsync($"{shown} is banned: 'unban {TextSanitizer.Escape(banned.Target)}' lets him in").ConfigureAwait(false);
        await context.WriteLineAsync($"added {shown}, with the password {password}").ConfigureAwait(false);
        return ExitCode.Done;
    }

    /// <remarks>A password that was typed after the name is not a part of it.</remarks>
    public string Audited(string argument) => CommandContext.Words(argument).FirstOrDefault("");
}
