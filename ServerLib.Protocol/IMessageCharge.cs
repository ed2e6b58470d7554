namespace ServerLib.Protocol;

/// <summary>Who said a message, and pays for what it costs.</summary>
internal interface IMessageCharge
{
    /// <summary>Charges for what it has cost to do what he said, where that is not known before.</summary>
    void Charge(int tokens);
}
