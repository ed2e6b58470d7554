using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ServerLib.Administration.Sockets;

/// <summary>The user of the process at the other end of a Unix domain socket, as the kernel knows it.</summary>
internal static partial class PeerCredentials
{
    private const uint Root = 0;

    /// <summary>
    /// Whether the other process belongs to the user who runs this program, or to root. On Windows, the permissions of the socket's file
    /// decide who can connect.
    /// </summary>
    public static bool IsOwnerOrRoot(Socket connection) =>
        OperatingSystem.IsWindows() || (FindUser(connection) is { } user && (user == Root || user == GetUser()));

    private static uint? FindUser(Socket connection)
    {
        if (OperatingSystem.IsLinux())
            return FindLinuxUser(connection);
        return GetPeerUser((int)connection.Handle, out uint user, out _) == 0 ? user : null;
    }

    /// <summary>Gets the option SO_PEERCRED: a process id, a user id and a group id.</summary>
    private static uint? FindLinuxUser(Socket connection)
    {
        const int SocketLevel = 1;
        const int PeerCredentialsOption = 17;
        Span<byte> credentials = stackalloc byte[3 * sizeof(int)];
        return connection.GetRawSocketOption(SocketLevel, PeerCredentialsOption, credentials) == credentials.Length
            ? BitConverter.ToUInt32(credentials[sizeof(int)..])
            : null;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetUser();

    [LibraryImport("libc", EntryPoint = "getpeereid")]
    private static partial int GetPeerUser(int socket, out uint user, out uint group);
}
