using System.Net;
using System.Net.Sockets;
using ServerLib.Protocol;

namespace ServerLib.Administration;

/// <summary>Says in one line why something failed.</summary>
internal static class PlainCause
{
    /// <summary>What lies below the trail of functions that the failure passed.</summary>
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

    /// <summary>The message of the cause.</summary>
    public static string Of(Exception failure) => TextSanitizer.Escape(Below(failure).Message.Trim());

    /// <summary>Why the server can't listen, and what to do.</summary>
    public static string OfStart(Exception failure, EndPoint endPoint) => Below(failure) switch
    {
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            $"{endPoint} is in use: stop the program that listens there, or choose another port with --port",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
            $"{endPoint} is no address of this machine: choose one that is with --listen",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"{endPoint} can't be listened on without the right to: choose a port above 1023 with --port",
        SocketException e => $"{endPoint} can't be listened on: {Of(e)}",
        _ => Of(failure),
    };
}
