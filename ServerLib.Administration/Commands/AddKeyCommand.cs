using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>Adds a public key to an account.</summary>
internal sealed class AddKeyCommand(IUserKeys accounts, AuditTrail audit, IOptions<AdministrationOptions> options) : IAdminCommand
{
    public string Name => "addkey";

    public string Argument => "NAME KEYNAME FILE|PEM";

    public string Summary => "let a user log in with an RSA public key, from a file or as PEM in one line: tr '\\n' ' ' < FILE";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (CommandContext.Words(context.Argument, 3) is not [var user, var name, var source])
            return await context.RefuseAsync(ExitCode.WrongUsage, $"usage: {Name} {Argument}").ConfigureAwait(false);
        bool isPem = source.StartsWith("-----", StringComparison.Ordinal);
        if (!isPem && context.Caller != CommandCaller.Console)
        {
            return await context.RefuseAsync(
                ExitCode.WrongUsage, "files are read for the server's console only; give the key itself, in one line (tr '\\n' ' ' < FILE)").ConfigureAwait(false);
        }

        string path = Path.Combine(options.Value.WorkingDirectory, source);
        if (!isPem && Directory.Exists(path))
            return await context.RefuseAsync(ExitCode.WrongUsage, $"{TextSanitizer.Escape(path)} is a folder").ConfigureAwait(false);
        if (!isPem && !File.Exists(path))
            return await context.RefuseAsync(ExitCode.NotFound, $"there is no file {TextSanitizer.Escape(path)}").ConfigureAwait(false);

        byte[] pem = isPem ? Encoding.UTF8.GetBytes(source) : SecretFile.ReadAllBytes(path);
        using RSA? key = RsaPublicKey.Import(pem);
        if (key is null)
            return await context.RefuseAsync(ExitCode.WrongUsage, WhyNot(pem)).ConfigureAwait(false);
        byte[] publicKey = key.ExportSubjectPublicKeyInfo();
        AddKeyResult result = await accounts.AddKeyAsync(user, name, publicKey, cancellationToken).ConfigureAwait(false);
        if (result == AddKeyResult.NoSuchUser)
            return await context.NoSuchUserAsync(user).ConfigureAwait(false);
        if (result != AddKeyResult.Added)
            return await context.RefuseAsync(ExitCode.WrongUsage, TextOf(result)).ConfigureAwait(false);

        string fingerprint = UserKey.FingerprintOf(publicKey);
        audit.Write(AuditEvent.KeyAdded, user, context.Caller.Address, context.Caller.Name, $"{name} {fingerprint}");
        await context.WriteLineAsync($"{TextSanitizer.Escape(user)} can log in with {TextSanitizer.Escape(name)} {fingerprint}").ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static string WhyNot(byte[] pem) =>
        pem.AsSpan().IndexOf("PRIVATE KEY"u8) >= 0
            ? "that is a private key, which should stay where it is; 'openssl pkey -in FILE -pubout' gives the public one"
        : pem.AsSpan().IndexOf("-----BEGIN "u8) >= 0 && pem.AsSpan().IndexOf("-----END "u8) < 0
            ? "that is only the beginning of a key: give all of it in one line (tr '\\n' ' ' < FILE), or its file"
        : "that is no RSA public key of 2048 to 8192 bits as PEM (-----BEGIN PUBLIC KEY-----)";

    private static string TextOf(AddKeyResult result) => result switch
    {
        AddKeyResult.NameRefused => "a key can't be called that: the rules are those for users' names",
        AddKeyResult.NameTaken => "another key of that user is called that; remove it first",
        AddKeyResult.KnownKey => "that user has that key already",
        AddKeyResult.TooMany => $"that user has {LiteDbUserDatabase.MaxKeysPerUser} keys, and no more are allowed",
        _ => "the key is refused",
    };
}
