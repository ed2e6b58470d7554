using System.CommandLine;
using System.Text;

namespace ServerLib.Administration.Commands;

/// <summary>Adds a public key to an account.</summary>
internal sealed class UserKeyAddCommand : AdminCommand
{
    private readonly Argument<string> _user = new("NAME") { Description = "The account" };
    private readonly Argument<string> _name = new("KEYNAME") { Description = "A name for the key" };
    private readonly Argument<string> _file = new("FILE") { Description = "The PEM file with the public key (-----BEGIN PUBLIC KEY-----)" };

    public UserKeyAddCommand()
        : base("user key add", "Adds an RSA public key to an account, with which the user can log in", CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_user);
        Arguments.Add(_name);
        Arguments.Add(_file);
    }

    /// <summary>Reads the file where the admin is: the server never opens a file for an admin.</summary>
    public override async Task<CommandOutput> StartAsync(AdminSession session, CancellationToken cancellationToken)
    {
        string path = session.Terminal.FullPath(session.Get(_file)!);
        if (Directory.Exists(path))
            throw new AdminCommandException(ExitCode.WrongUsage, $"{path} is a folder");
        if (!File.Exists(path))
            throw new AdminCommandException(ExitCode.NotApplicable, $"there is no file {path}");
        string pem = Encoding.ASCII.GetString(SecretFile.ReadAllBytes(path));
        if (PemPublicKey.FindSecret(pem) is { } problem)
            throw new AdminCommandException(ExitCode.WrongUsage, problem);
        return await session.SendAsync(pem, cancellationToken).ConfigureAwait(false);
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        if (request.Input is not { } pem)
            return request.Refuse(ExitCode.WrongUsage, "the key is missing; use a client that reads the file and sends it as the command's input");
        byte[] publicKey = PemPublicKey.Decode(pem, out string problem);
        if (problem.Length > 0)
            return request.Refuse(ExitCode.WrongUsage, problem);
        (string user, string name) = (request.Get(_user)!, request.Get(_name)!);
        AddKeyResult result = await request.Service<IUserKeys>().AddKeyAsync(user, name, publicKey, cancellationToken).ConfigureAwait(false);
        if (result == AddKeyResult.NoSuchUser)
            return request.NoSuchAccount(user);
        if (result != AddKeyResult.Added)
            return request.Refuse(IsThere(result) ? ExitCode.NotApplicable : ExitCode.WrongUsage, TextOf(result, name));
        string fingerprint = UserKey.FingerprintOf(publicKey);
        request.Audit(AuditEvent.KeyAdded, user, $"{name} {fingerprint}");
        request.Data = new { user, name, fingerprint };
        return request.Done($"{user} can log in with {name} {fingerprint}");
    }

    private static bool IsThere(AddKeyResult result) => result is AddKeyResult.NameTaken or AddKeyResult.KnownKey;

    private static string TextOf(AddKeyResult result, string name) => result switch
    {
        AddKeyResult.NameRefused => $"a key cannot have this name; the rules for names of users apply: {UserName.FindProblem(name)}",
        AddKeyResult.NameTaken => "the account has another key with this name; remove it first, with 'user key remove'",
        AddKeyResult.KnownKey => "the account has this key already",
        AddKeyResult.TooMany => "the account has the maximum number of keys; remove one first, with 'user key remove'",
        _ => PemPublicKey.Invalid,
    };
}
