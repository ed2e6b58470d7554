using System.Security.Cryptography;

namespace ServerLib.Administration.Commands;

/// <summary>Generates passwords for accounts. No command takes a password, because it would stay in a terminal's history or in a log.</summary>
internal static class GeneratedPassword
{
    /// <summary>Five bits each. Characters that are easily confused with another are left out.</summary>
    private const string Letters = "abcdefghijkmnpqrstuvwxyz23456789";

    /// <summary>Generates a password of 100 bits, or more if the options require a longer one.</summary>
    public static string Create(ServerOptions options) => RandomNumberGenerator.GetString(Letters, Math.Max(20, options.Passwords.MinLength));
}
