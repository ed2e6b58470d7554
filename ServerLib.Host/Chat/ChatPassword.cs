using System.Text;
using ServerLib.Administration;
using ServerLib.Cli.Terminal;

namespace ServerLib.Cli.Chat;

/// <summary>Gets the password: from a file, the environment or the user.</summary>
internal sealed class ChatPassword(ChatArguments arguments, Surroundings surroundings, ILineConsole chat)
{
    /// <summary>The environment variable with the password. No option of the server has this name.</summary>
    public const string Variable = "SERVERLIB_PASSWORD";

    private const int MaxLine = 4096;

    private string? _typed;

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
            throw new WrongUsageException(
                $"The password is missing: give --password-file or set {Variable}, because there is no terminal to ask for it");
        else
            options.PasswordProvider = AskAsync;
    }

    private static string NotEmpty(string password) => password.Length > 0 ? password : throw new WrongUsageException("The password is empty");

    /// <summary>Asks once. When the client reconnects, the user is not asked again: something else may be typed by then.</summary>
    private async ValueTask<string> AskAsync(CancellationToken cancellationToken)
    {
        string? password = _typed ??= await chat.AskAsync("Password: ", isSecret: true, cancellationToken).ConfigureAwait(false);
        IsWithheld = password is null;
        return password is null ? throw new OperationCanceledException() : NotEmpty(password);
    }

    /// <summary>Reads the first line, without a byte order mark. The file may be a pipe.</summary>
    /// <exception cref="IOException">The file cannot be read, or the line is too long.</exception>
    /// <exception cref="DecoderFallbackException">The line is not valid UTF-8.</exception>
    private static string FirstLine(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] buffer = new byte[MaxLine + 1];
        int length = 0, end = -1, count;
        while (end < 0 && length < buffer.Length && (count = file.Read(buffer, length, buffer.Length - length)) > 0)
        {
            length += count;
            end = buffer.AsSpan(0, length).IndexOfAny((byte)'\r', (byte)'\n');
        }

        if (end < 0 && length > MaxLine)
            throw new IOException($"The first line is longer than {MaxLine} bytes");
        ReadOnlySpan<byte> line = buffer.AsSpan(0, end < 0 ? length : end);
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        return strict.GetString(line.StartsWith(Encoding.UTF8.Preamble) ? line[Encoding.UTF8.Preamble.Length..] : line);
    }

    private string? Given()
    {
        if (arguments.PasswordFile is not { } file)
            return surroundings.Variables.GetValueOrDefault(Variable);
        try
        {
            return FirstLine(Path.Combine(surroundings.CurrentDirectory, file));
        }
        catch (DecoderFallbackException)
        {
            throw new WrongUsageException("The password file is not valid UTF-8");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WrongUsageException($"The password file cannot be read: {TextSanitizer.Escape(e.Message)}");
        }
    }
}
