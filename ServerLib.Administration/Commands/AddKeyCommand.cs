using System.Text;
using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>Adds a public key to an account.</summary>
internal sealed class AddKeyCommand(IUserKeys accounts, AuditTrail audit, IOptions<AdministrationOptions> options) : IAdminCommand
{
    public string Name => "addkey";

    public string Argument => "NAME KEYNAME FILE|PEM";

    public string Summary => "add an RSA public key to an account, from a file or as PEM in one line (tr '\\n' ' ' < FILE)";

    public string? Details => "Admins' connections cannot read files of the server: they give the key as PEM.";

    public string Example => "addkey ada laptop ada.pem";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (CommandContext.Words(context.Argument, 3) is not [var user, var name, var source])
            return await context.UsageAsync(this).ConfigureAwait(false);
        if (source.StartsWith("-----", StringComparison.Ordinal))
            return await AddAsync(context, user, name, Encoding.UTF8.GetBytes(source), cancellationToken).ConfigureAwait(false);
        if (context.Caller != CommandCaller.Console)
        {
            return await context.RefuseAsync(
                ExitCode.WrongUsage,
                "only the server's console can read files; give the key itself as PEM in one line (tr '\\n' ' ' < FILE)").ConfigureAwait(false);
        }

        string path = Path.Combine(options.Value.WorkingDirectory, source);
        if (Directory.Exists(path))
            return await context.RefuseAsync(ExitCode.WrongUsage, $"{path} is a folder").ConfigureAwait(false);
        if (!File.Exists(path))
            return await context.RefuseAsync(ExitCode.NotFound, $"there is no file {path}").ConfigureAwait(false);
        return await AddAsync(context, user, name, SecretFile.ReadAllBytes(path), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<int> AddAsync(
        CommandContext context, string user, string name, byte[] pem, CancellationToken cancellationToken)
    {
        byte[] publicKey = PemPublicKey.Decode(pem, out string problem);
        if (problem.Length > 0)
            return await context.RefuseAsync(ExitCode.WrongUsage, problem).ConfigureAwait(false);
        AddKeyResult result = await accounts.AddKeyAsync(user, name, publicKey, cancellationToken).ConfigureAwait(false);
        if (result == AddKeyResult.NoSuchUser)
            return await context.NoSuchAccountAsync(user).ConfigureAwait(false);
        if (result != AddKeyResult.Added)
            return await context.RefuseAsync(ExitCode.WrongUsage, TextOf(result, name)).ConfigureAwait(false);

        string fingerprint = UserKey.FingerprintOf(publicKey);
        audit.Write(AuditEvent.KeyAdded, user, context.Caller.Address, context.Caller.Name, $"{name} {fingerprint}");
        return await context.DoneAsync($"{user} can log in with {name} {fingerprint}").ConfigureAwait(false);
    }

    private static string TextOf(AddKeyResult result, string name) => result switch
    {
        AddKeyResult.NameRefused => $"a key cannot have this name; the rules for names of users apply: {UserName.FindProblem(name)}",
        AddKeyResult.NameTaken => "the account has another key with this name; remove it first, with removekey",
        AddKeyResult.KnownKey => "the account has this key already",
        AddKeyResult.TooMany => "the account has the maximum number of keys; remove one first, with removekey",
        _ => PemPublicKey.Invalid,
    };
}
