namespace ServerLib.Protocol;

/// <summary>Charges the sender of a message for the work that the message causes.</summary>
internal interface IMessageCharge
{
    /// <summary>Takes tokens from the sender's rate limit, after the cost has become known.</summary>
    void Charge(int tokens);
}
