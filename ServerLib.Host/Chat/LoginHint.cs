using System.Net;

namespace ServerLib.Cli.Chat;

/// <summary>Adds to an error what the user can do: use TLS, or give an invitation.</summary>
internal static class LoginHint
{
    /// <returns>The text to add to the error; empty if there is nothing to suggest.</returns>
    public static string Of(ChatArguments arguments, ServerClientException failure)
    {
        if (failure is LoginException { LacksInvitation: true })
            return " A new name needs an invitation: --invitation CODE.";
        if (arguments.UsesTls)
            return "";
        if (failure.RequiresTls)
            return " Connect with --tls.";

        // In the classic protocol, all failed logins have the same answer.
        return arguments.IsClassic && failure is LoginException { Result: LoginCode.Failure } && !IsThisMachine(arguments.Host)
            ? " Or the server requires TLS for connections from other machines: connect with --tls."
            : "";
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
