using System.CommandLine;
using ServerLib.Administration;

namespace ServerLib.Cli.Chat;

/// <summary>The arguments of <c>connect</c>.</summary>
internal sealed class ConnectCommandLine
{
    private const string Description =
        """
        Chats with others on a server.

        The password is asked for, or read from the file of --password-file or the environment's SERVERLIB_PASSWORD; with
        --identity there is none. With standard input or output that is no terminal, each line of input is sent and what
        others say is printed.

        Exit codes: 0 left, 1 could not connect or lost the connection, 2 wrong usage, 3 login refused.
        """;

    private readonly Argument<string?> _address = new("HOST[:PORT]")
    {
        Description = "The server [default: 127.0.0.1:8080]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _user = new("--user") { Description = "The user's name", HelpName = "NAME" };

    private readonly Option<string?> _passwordFile = new("--password-file")
    {
        Description = "A file whose first line is the password",
        HelpName = "FILE",
    };

    private readonly Option<string?> _invitation = new("--invitation")
    {
        Description = "The code that registers a new name where the server asks for one",
        HelpName = "CODE",
    };

    private readonly Option<string?> _identity = new("--identity")
    {
        Description = "A PEM file with an RSA private key, to log in with instead of a password; its owner's alone (chmod 600)",
        HelpName = "FILE",
    };

    private readonly Option<bool> _classic = new("--classic") { Description = "Speaks the classic protocol" };

    private readonly Option<bool> _tls = new("--tls") { Description = "Uses TLS, and trusts the server's certificate as ssh does" };

    private readonly Option<string?> _knownServers = new("--known-servers")
    {
        Description = "The file with the servers that are trusted [default: serverlib/known_servers in the user's configuration folder]",
        HelpName = "FILE",
    };

    private readonly Option<string?> _certificate = new("--certificate")
    {
        Description = "A PEM file with a certificate to show to a server that asks for one; the key in it is its owner's alone (chmod 600)",
        HelpName = "FILE",
    };

    private readonly Option<string?> _certificateKey = new("--certificate-key")
    {
        Description = "The PEM file with the certificate's private key, where it isn't in the file of --certificate",
        HelpName = "FILE",
    };

    private readonly Option<bool> _acceptNew = new("--accept-new") { Description = "Trusts a server that is not known yet without asking" };

    /// <param name="connect">Chats, once the arguments are understood.</param>
    public ConnectCommandLine(Func<ChatArguments, CancellationToken, Task<int>> connect)
    {
        Command = new Command("connect", Description)
        {
            _address, _user, _passwordFile, _identity, _invitation, _classic, _tls, _knownServers, _acceptNew,
            _certificate, _certificateKey,
        };
        Command.SetAction((result, cancellationToken) => connect(Read(result), cancellationToken));
    }

    public Command Command { get; }

    private ChatArguments Read(ParseResult result)
    {
        if (result.GetValue(_user) is not { Length: > 0 } user)
            throw new WrongUsageException("--user NAME is missing");
        bool usesTls = result.GetValue(_tls);
        if (!usesTls && (result.GetValue(_acceptNew) || result.GetValue(_knownServers) is not null))
            throw new WrongUsageException("--accept-new and --known-servers are of use with --tls only");
        string? certificate = result.GetValue(_certificate);
        if (!usesTls && certificate is not null)
            throw new WrongUsageException("--certificate is of use with --tls only");
        if (certificate is null && result.GetValue(_certificateKey) is not null)
            throw new WrongUsageException("--certificate-key is of use with --certificate only");
        if (result.GetValue(_classic) && result.GetValue(_invitation) is not null)
            throw new WrongUsageException("the classic protocol has no way to give an --invitation");
        string? identity = result.GetValue(_identity);
        if (identity is not null && result.GetValue(_invitation) is not null)
            throw new WrongUsageException("an --invitation registers a name with a password, and goes with no --identity; add the key later, with /addkey");
        if (identity is not null && (result.GetValue(_passwordFile) is not null || result.GetValue(_classic)))
            throw new WrongUsageException("--identity goes with neither --password-file nor --classic");
        (string host, int port) = ChatArguments.ReadAddress(result.GetValue(_address));
        return new ChatArguments
        {
            Host = host,
            Port = port,
            User = user,
            PasswordFile = result.GetValue(_passwordFile),
            Invitation = result.GetValue(_invitation),
            Identity = identity,
            IsClassic = result.GetValue(_classic),
            UsesTls = usesTls,
            Certificate = certificate,
            CertificateKey = result.GetValue(_certificateKey),
            KnownServers = result.GetValue(_knownServers),
            AcceptsNew = result.GetValue(_acceptNew),
        };
    }
}
