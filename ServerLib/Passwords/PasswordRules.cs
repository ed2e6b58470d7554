using System.Globalization;
using System.Text;
using ServerLib.Files;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>
/// What a new password has to be: of a certain length, and not one that too many others have. Passwords that were set before go on
/// working whatever the rules are now.
/// </summary>
public sealed class PasswordRules
{
    /// <summary>The longest password that may be set, in Unicode scalar values. However it is written, a LOGIN frame holds it.</summary>
    public const int MaxLength = 256;

    private readonly int _minLength;
    private readonly HashSet<string> _denied;

    private PasswordRules(int minLength, HashSet<string> denied) => (_minLength, _denied) = (minLength, denied);

    /// <summary>Reads the rules that the options name.</summary>
    /// <param name="options">The least length, and the file of passwords that are denied.</param>
    /// <exception cref="ServerLibException">The file can't be read.</exception>
    public static PasswordRules Load(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new PasswordRules(options.Passwords.MinLength, options.Passwords.DeniedFile is { } file
            ? Read(Path.Combine(options.DataDirectory, file))
            : []);
    }

    /// <summary>Which rule a new password breaks.</summary>
    /// <param name="password">The password.</param>
    /// <returns>A sentence for the person who chose it; <see langword="null"/> where it breaks none.</returns>
    public string? Broken(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        int length = password.EnumerateRunes().Count();
        if (length < _minLength || length > MaxLength)
            return string.Create(CultureInfo.InvariantCulture, $"A password has {_minLength} to {MaxLength} characters.");
        if (UserName.Key(password) is not { } key)
            return "A password is well-formed Unicode.";
        return _denied.Contains(key) ? "This password is one of those that are tried first; take another one." : null;
    }

    private static HashSet<string> Read(string path)
    {
        try
        {
            RegularFile.Check(path);

            // What is no UTF-8 is nobody's password here, and no reason not to start.
            return [.. File.ReadLines(path, Encoding.UTF8).Where(line => line.Length > 0).Select(UserName.Key).OfType<string>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerLibException($"The file of denied passwords '{path}' can't be read: {e.Message}", e) { IsConfiguration = true };
        }
    }
}
