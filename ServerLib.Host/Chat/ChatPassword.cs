using ServerLib.Administration;

namespace ServerLib.Cli.Chat;

/// <summary>The password to log in with: from its file, the environment, or the person.</summary>
internal sealed class ChatPassword(ChatArguments arguments, Surroundings surroundings, IChatConsole chat)
{
    /// <summary>Holds the password; no option of the server has that name.</summary>
    public const string Variable = "SERVERLIB_PASSWORD";

    /// <summary>Whether the person was asked and didn't say it.</summary>
    public bool IsWithheld { get; private set; }

    /// <summary>Sees to it that there is one when it is needed. With TLS a person is asked once he trusts the server, as ssh does it.</summary>
    /// <exception cref="WrongUsageException">There is none, or it is empty.</exception>
    /// <exception cref="OperationCanceledException">The person did not enter a password.</exception>
    public async Task PrepareAsync(ServerClientOptions options, CancellationToken cancellationToken)
    {
        if (Given() is { } given)
            options.Password = NotEmpty(given);
        else if (!chat.CanAsk)
            throw new WrongUsageException($"there is nobody to ask for the password; give --password-file or {Variable}");
        else if (options.TrustServer is not null)
            options.PasswordProvider = AskAsync;
        else
            options.Password = await AskAsync(cancellationToken).ConfigureAwait(false);
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
            throw new WrongUsageException($"the password can't be read: {TextSanitizer.Escape(e.Message)}");
        }
    }
}
