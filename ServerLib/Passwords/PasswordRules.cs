using System.Globalization;
using ServerLib.Passwords;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>
/// The rules for new passwords: their length, and a list of denied passwords. Existing passwords keep working when the rules change.
/// </summary>
public sealed class PasswordRules
{
    /// <summary>The maximum length of a new password, in Unicode scalar values. Such a password always fits into a LOGIN frame.</summary>
    public const int MaxLength = 256;

    private readonly int _minLength;
    private readonly DeniedPasswords _denied;

    private PasswordRules(int minLength, DeniedPasswords denied) => (_minLength, _denied) = (minLength, denied);

    /// <summary>Loads the rules.</summary>
    /// <param name="options">The minimum length, and the file of denied passwords.</param>
    /// <exception cref="ServerLibException">The file cannot be read, or has more than 20,000,000 passwords.</exception>
    public static PasswordRules Load(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new PasswordRules(options.Passwords.MinLength, options.Passwords.DeniedFile is { } file
            ? Read(Path.Combine(options.DataDirectory, file))
            : DeniedPasswords.None);
    }

    /// <summary>Checks a new password.</summary>
    /// <param name="password">The password.</param>
    /// <returns>The rule that it breaks, as a sentence for the user; <see langword="null"/> if it breaks none.</returns>
    public string? FindProblem(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        int length = password.EnumerateRunes().Count();
        if (length < _minLength || length > MaxLength)
            return string.Create(CultureInfo.InvariantCulture, $"A password has {_minLength} to {MaxLength} characters.");
        if (UserName.Key(password) is not { } key)
            return "A password is well-formed Unicode.";
        return _denied.Contains(key) ? "This password is one of those that are tried first; take another one." : null;
    }

    private static DeniedPasswords Read(string path)
    {
        try
        {
            return DeniedPasswords.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerLibException($"The file of denied passwords '{path}' cannot be read: {e.Message}", e) { IsConfiguration = true };
        }
    }
}
