using ServerLib;

namespace Gateway;

/// <summary>What an operator can call.</summary>
internal sealed class OperatorCalls(EnrolledDevices devices, IConnectionLedger ledger)
{
    [Call("enroll")]
    public Task EnrollAsync(Device[] batch) => devices.AddAsync(batch);

    [Call("status")]
    public GatewayStatus GetStatus() => new(devices.Count, ledger.Count);

    /// <summary>Sends a command to a device, and returns its answer.</summary>
    [Call("send")]
    public async Task<string> SendAsync(DeviceCommand command, CancellationToken cancellationToken)
    {
        Connection device = ledger.Find(command.Device).MaxBy(connection => connection.ConnectedAt) ?? throw NotConnected();
        try
        {
            return await device.CallAsync<string>("run", command.Command, TimeSpan.FromSeconds(10), cancellationToken) ?? "";
        }
        catch (CallException e)
        {
            throw new CallException(2, $"{command.Device} has refused the command: {e.Text}");
        }
        catch (TimeoutException)
        {
            throw new CallException(3, $"{command.Device} has not answered in time.");
        }
        catch (ServerLibException)
        {
            throw NotConnected();
        }

        CallException NotConnected() => new(1, $"{command.Device} is not connected.");
    }
}
