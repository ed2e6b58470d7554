using System.CommandLine;
using ServerLib.Administration;

namespace ServerLib.Cli.Chat;

/// <summary>The arguments of <c>connect</c>.</summary>
internal sealed class ConnectCommandLine
{
    private const string Description =
        """
        Chats on a server.

        The client asks for the password, or reads it from the file in --password-file or the environment variable
        SERVERLIB_PASSWORD. With --identity, no password is needed. If standard input or output is not a terminal, the
        client sends each line of the input, and prints the messages of others.

        Exit codes: 0 success, 1 could not connect or the connection was lost, 2 wrong usage, 3 login refused.
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
        Description = "The code that registers a new name, if the server requires one",
        HelpName = "CODE",
    };

    private readonly Option<string?> _identity = new("--identity")
    {
        Description = "A PEM file with an RSA private key to log in with instead of a password; only its owner may access it (chmod 600)",
        HelpName = "FILE",
    };

    private readonly Option<bool> _classic = new("--classic") { Description = "Uses the classic protocol" };

    private readonly Option<bool> _tls = new("--tls") { Description = "Uses TLS, and asks whether to trust a new server, like ssh" };

    private readonly Option<bool> _plaintextPassword = new("--allow-plaintext-password")
    {
        Description = "Sends the password without TLS to another machine, where everyone on the network path can read it",
    };

    private readonly Option<string?> _knownServers = new("--known-servers")
    {
        Description = "The file with the trusted servers [default: serverlib/known_servers in the user's configuration folder]",
        HelpName = "FILE",
    };

    private readonly Option<string?> _certificate = new("--certificate")
    {
        Description = "A PEM file with a client certificate, for servers that require one; only its owner may access the private key (chmod 600)",
        HelpName = "FILE",
    };

    private readonly Option<string?> _certificateKey = new("--certificate-key")
    {
        Description = "The PEM file with the private key of the certificate, if it is not in the file of --certificate",
        HelpName = "FILE",
    };

    private readonly Option<bool> _acceptNew = new("--accept-new") { Description = "Trusts a new server without asking" };

    /// <param name="connect">Runs the chat when the arguments are valid.</param>
    public ConnectCommandLine(Func<ChatArguments, CancellationToken, Task<int>> connect)
    {
        Command = new Command("connect", Description)
        {
            _address, _user, _passwordFile, _identity, _invitation, _classic, _tls, _plaintextPassword, _knownServers, _acceptNew,
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
            throw new WrongUsageException("--accept-new and --known-servers need --tls");
        if (usesTls && result.GetValue(_plaintextPassword))
            throw new WrongUsageException("--allow-plaintext-password cannot be used with --tls");
        string? certificate = result.GetValue(_certificate);
        if (!usesTls && certificate is not null)
            throw new WrongUsageException("--certificate needs --tls");
        if (certificate is null && result.GetValue(_certificateKey) is not null)
            throw new WrongUsageException("--certificate-key needs --certificate");
        if (result.GetValue(_classic) && result.GetValue(_invitation) is not null)
            throw new WrongUsageException("--invitation cannot be used with --classic");
        string? identity = result.GetValue(_identity);
        if (identity is not null && result.GetValue(_invitation) is not null)
            throw new WrongUsageException(
                "--invitation registers a name with a password, and cannot be used with --identity; add the key later with /addkey");
        if (identity is not null && (result.GetValue(_passwordFile) is not null || result.GetValue(_classic)))
            throw new WrongUsageException("--identity cannot be used with --password-file or --classic");
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
            AllowsPlaintextPassword = result.GetValue(_plaintextPassword),
            Certificate = certificate,
            CertificateKey = result.GetValue(_certificateKey),
            KnownServers = result.GetValue(_knownServers),
            AcceptsNew = result.GetValue(_acceptNew),
        };
    }
}
