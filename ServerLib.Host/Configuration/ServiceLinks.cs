using System.Text.RegularExpressions;

namespace ServerLib.Cli;

/// <summary>Environment variables that Kubernetes sets for services whose names begin with <c>serverlib</c>.</summary>
internal static partial class ServiceLinks
{
    /// <summary>What an admin can do against such variables.</summary>
    public const string Hint = "if Kubernetes sets it for a service, set enableServiceLinks: false for the pod";

    /// <summary>Whether a variable is a service link and cannot be an option.</summary>
    /// <param name="name">The variable's name without the prefix <c>SERVERLIB_</c>.</param>
    /// <param name="value">The variable's value.</param>
    public static bool Contains(string name, string? value) => OtherName().IsMatch(name) || (Port().IsMatch(name) && Url().IsMatch(value ?? ""));

    [GeneratedRegex(
        @"^([A-Z0-9]+_)*(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex OtherName();

    [GeneratedRegex(@"^([A-Z0-9]+_)*PORT\z", RegexOptions.CultureInvariant)]
    private static partial Regex Port();

    [GeneratedRegex("^(tcp|udp|sctp)://", RegexOptions.CultureInvariant)]
    private static partial Regex Url();
}
