namespace ServerLib.Protocol;

/// <summary>
/// The frame types of the compact protocol. <c>In</c> is from a client, <c>Out</c> is to a client; the payloads differ.
/// </summary>
internal enum FrameType : byte
{
    Hello = 0x01,
    Login = 0x02,
    Result = 0x03,
    Welcome = 0x04,
    Key = 0x05,
    KeyQuery = 0x06,
    Password = 0x07,
    Command = 0x08,
    Output = 0x09,
    Resume = 0x0A,
    Resumed = 0x0B,
    Ticket = 0x0C,
    MessageIn = 0x10,
    MessageOut = 0x11,
    DirectIn = 0x12,
    DirectOut = 0x13,
    Request = 0x14,
    Response = 0x15,
    GroupIn = 0x16,
    GroupOut = 0x17,
    Call = 0x18,
    Event = 0x19,
    Cancel = 0x1A,
    Presence = 0x20,
    Users = 0x21,
    Join = 0x22,
    Leave = 0x23,
    Ping = 0x30,
    Pong = 0x31,
    Ack = 0x32,
    Error = 0x3E,
    Close = 0x3F,
}
