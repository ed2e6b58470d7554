using System.Net;
using System.Net.Sockets;

namespace ServerLib.Cli;

/// <summary>Explains a failure in one line.</summary>
internal static class PlainCause
{
    /// <summary>The exception that other exceptions only pass on.</summary>
    public static Exception Below(Exception failure)
    {
        while (true)
        {
            switch (failure)
            {
                case AggregateException { InnerException: { } first }:
                    failure = first;
                    break;
                case ServerLibException { SourceTrail.Count: > 0, InnerException: { } cause }:
                    failure = cause;
                    break;
                default:
                    return failure;
            }
        }
    }

    /// <summary>The message of the cause, safe for a terminal.</summary>
    public static string Of(Exception failure) => TextSanitizer.Escape(Below(failure).Message.Trim());

    /// <summary>Why the server cannot start, and what to do about it.</summary>
    public static string OfStart(Exception failure, EndPoint endPoint) => Below(failure) switch
    {
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            $"{endPoint} is in use by another program: stop it, or choose another port with --port",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
            $"{endPoint} is not an address of this machine: choose one with --listen",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"{endPoint} needs a permission that this user does not have: choose a port above 1023 with --port",
        SocketException e => $"{endPoint} cannot be used: {Of(e)}",
        _ => Of(failure),
    };
}
