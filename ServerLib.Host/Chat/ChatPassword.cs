using ServerLib.Administration;

namespace ServerLib.Cli.Chat;

/// <summary>Gets the password: from a file, the environment or the user.</summary>
internal sealed class ChatPassword(ChatArguments arguments, Surroundings surroundings, IChatConsole chat)
{
    /// <summary>The environment variable with the password. No option of the server has this name.</summary>
    public const string Variable = "SERVERLIB_PASSWORD";

    /// <summary>Whether the user was asked and gave no password.</summary>
    public bool IsWithheld { get; private set; }

    /// <summary>
    /// Sets the password in the options. The user is asked once the client is connected, if it trusts the server and would send a password
    /// to it.
    /// </summary>
    /// <exception cref="WrongUsageException">There is no password, or it is empty.</exception>
    public void Prepare(ServerClientOptions options)
    {
        if (Given() is { } given)
            options.Password = NotEmpty(given);
        else if (!chat.CanPrompt)
            throw new WrongUsageException($"the password is missing: give --password-file or set {Variable}, because there is no terminal to ask for it");
        else
            options.PasswordProvider = AskAsync;
    }

    private static string NotEmpty(string password) => password.Length > 0 ? password : throw new WrongUsageException("the password is empty");

    private async ValueTask<string> AskAsync(CancellationToken cancellationToken)
    {
        string? password = await chat.ReadLineAsync("Password: ", isSecret: true, cancellationToken).ConfigureAwait(false);
        IsWithheld = password is null;
        return password is null ? throw new OperationCanceledException() : NotEmpty(password);
    }

    private string? Given()
    {
        if (arguments.PasswordFile is not { } file)
            return surroundings.Variables.GetValueOrDefault(Variable);
        try
        {
            return File.ReadLines(Path.Combine(surroundings.CurrentDirectory, file)).FirstOrDefault() ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WrongUsageException($"the password file cannot be read: {TextSanitizer.Escape(e.Message)}");
        }
    }
}
