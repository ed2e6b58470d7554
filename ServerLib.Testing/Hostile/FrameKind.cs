using System.Diagnostics.CodeAnalysis;

namespace ServerLib.Testing;

/// <summary>The type of a frame of the compact protocol.</summary>
[SuppressMessage("Design", "CA1008", Justification = "No frame has the type 0.")]
public enum FrameKind
{
    /// <summary>The server's first frame.</summary>
    Hello = 0x01,

    /// <summary>A client logs in.</summary>
    Login = 0x02,

    /// <summary>The answer to a login.</summary>
    Result = 0x03,

    /// <summary>The login is complete.</summary>
    Welcome = 0x04,

    /// <summary>A public key.</summary>
    Key = 0x05,

    /// <summary>A client asks for a user's public key.</summary>
    KeyQuery = 0x06,

    /// <summary>A client changes its password.</summary>
    Password = 0x07,

    /// <summary>An admin command.</summary>
    Command = 0x08,

    /// <summary>The output of an admin command.</summary>
    Output = 0x09,

    /// <summary>A client resumes a session.</summary>
    Resume = 0x0A,

    /// <summary>The session is resumed.</summary>
    Resumed = 0x0B,

    /// <summary>A login ticket.</summary>
    Ticket = 0x0C,

    /// <summary>A client's message to the handler.</summary>
    ClientMessage = 0x10,

    /// <summary>A message to everyone.</summary>
    ServerMessage = 0x11,

    /// <summary>A client's message to a user.</summary>
    ClientDirect = 0x12,

    /// <summary>A message to this user.</summary>
    ServerDirect = 0x13,

    /// <summary>A request.</summary>
    Request = 0x14,

    /// <summary>The answer to a request or call.</summary>
    Response = 0x15,

    /// <summary>A client's message to a group.</summary>
    ClientGroup = 0x16,

    /// <summary>A message to a group.</summary>
    ServerGroup = 0x17,

    /// <summary>A call of a method.</summary>
    Call = 0x18,

    /// <summary>An event.</summary>
    Event = 0x19,

    /// <summary>The sender no longer waits for an answer.</summary>
    Cancel = 0x1A,

    /// <summary>A user has joined or left.</summary>
    Presence = 0x20,

    /// <summary>A question for the users who are online, or its answer.</summary>
    Users = 0x21,

    /// <summary>A connection joins a group.</summary>
    Join = 0x22,

    /// <summary>A connection leaves a group.</summary>
    Leave = 0x23,

    /// <summary>A ping.</summary>
    Ping = 0x30,

    /// <summary>The answer to a ping.</summary>
    Pong = 0x31,

    /// <summary>The number of frames that have arrived, in a resumable session.</summary>
    Ack = 0x32,

    /// <summary>An error after which the connection stays open.</summary>
    Error = 0x3E,

    /// <summary>The sender closes the connection.</summary>
    Close = 0x3F,
}
