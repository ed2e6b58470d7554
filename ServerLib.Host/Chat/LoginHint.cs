using System.Net;

namespace ServerLib.Cli.Chat;

/// <summary>What the client knows better than the server says: that it used no TLS, or brought no invitation.</summary>
internal static class LoginHint
{
    /// <returns>What to add to the failure's text; empty where there is nothing.</returns>
    public static string Of(ChatArguments arguments, ServerClientException failure)
    {
        if (failure is LoginException { LacksInvitation: true })
            return " Or it is new here, and needs an invitation: --invitation CODE.";
        if (arguments.UsesTls)
            return "";
        if (failure.RequiresTls)
            return " Connect with --tls.";

        // The classic protocol has one word for all.
        return arguments.IsClassic && failure is LoginException { Result: LoginCode.Failure } && !IsThisMachine(arguments.Host)
            ? " Or it takes passwords from other machines over TLS only: connect with --tls."
            : "";
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
