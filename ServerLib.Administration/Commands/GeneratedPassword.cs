using System.Security.Cryptography;

namespace ServerLib.Administration.Commands;

/// <summary>
/// A password that the server makes up for an account, to be handed to its owner. None is ever typed into a command: it would stand in
/// the shell's history, or in a trail.
/// </summary>
internal static class GeneratedPassword
{
    /// <summary>Five bits each, and none that is taken for another.</summary>
    private const string Letters = "abcdefghijkmnpqrstuvwxyz23456789";

    /// <summary>100 bits, or more where that is too short for the rules.</summary>
    public static string Make(ServerOptions options) => RandomNumberGenerator.GetString(Letters, Math.Max(20, options.Passwords.MinLength));
}
