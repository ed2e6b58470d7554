using System.CommandLine;
using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>
/// Where a command gets a password: from a prompt, from standard input, or from the server, which generates one. A password is never an
/// argument, because the history of a shell and the list of processes would show it.
/// </summary>
internal sealed class PasswordSource
{
    private readonly Option<bool> _fromInput = new("--password-stdin") { Description = "Reads the password from standard input" };
    private readonly Option<bool> _isGenerated = new("--generate") { Description = "Generates a password and prints it once" };

    public void AddTo(Command command)
    {
        command.Options.Add(_fromInput);
        command.Options.Add(_isGenerated);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_fromInput) && result.GetValue(_isGenerated))
                result.AddError($"{_fromInput.Name} and {_isGenerated.Name} cannot be used together");
        });
    }

    /// <summary>Gets the password in the program in which the command was typed, and sends the command with it.</summary>
    /// <exception cref="AdminCommandException">There is no password.</exception>
    public async Task<CommandOutput> StartAsync(AdminSession session, string user, CancellationToken cancellationToken) =>
        await session.SendAsync(await ReadAsync(session, user, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Gets the password in the server, and checks the rules for new passwords.</summary>
    /// <exception cref="AdminCommandException">There is no password, or it breaks a rule.</exception>
    public NewPassword Take(AdminRequest request)
    {
        if (request.Get(_isGenerated))
            return new NewPassword(GeneratedPassword.Create(request.Service<IOptions<ServerOptions>>().Value), IsGenerated: true);
        if (request.Input is not { } password)
            throw Missing();
        if (request.Service<PasswordRules>().FindProblem(password) is { } problem)
            throw new AdminCommandException(ExitCode.WrongUsage, problem);
        return new NewPassword(password, IsGenerated: false);
    }

    /// <returns>The password; <see langword="null"/> if the server generates it.</returns>
    private async Task<string?> ReadAsync(AdminSession session, string user, CancellationToken cancellationToken)
    {
        if (session.Get(_isGenerated))
            return null;
        if (session.Get(_fromInput))
        {
            return await session.Terminal.ReadLineAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new AdminCommandException(ExitCode.WrongUsage, "standard input has no password");
        }

        string password = await AskAsync(session, $"Password for {user}: ", cancellationToken).ConfigureAwait(false);
        return await AskAsync(session, "The same again: ", cancellationToken).ConfigureAwait(false) == password
            ? password
            : throw new AdminCommandException(ExitCode.WrongUsage, "the passwords are not the same");
    }

    private async Task<string> AskAsync(AdminSession session, string question, CancellationToken cancellationToken) =>
        await session.Terminal.AskSecretAsync(question, cancellationToken).ConfigureAwait(false) ?? throw Missing();

    private AdminCommandException Missing() => new(
        ExitCode.WrongUsage, $"there is no password; give it with {_fromInput.Name}, or let the server make one with {_isGenerated.Name}");
}
