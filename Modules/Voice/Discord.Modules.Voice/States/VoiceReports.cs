using Discord.Modules.Voice.GoLive;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Voice.States;

/// <summary>What voice servers tell: whose connection stands, speaks, or is lost.</summary>
internal sealed partial class VoiceReports(VoiceRosters rosters, VoiceChanges changes, LiveStreams streams, ILogger<VoiceReports> logger) : IVoiceReports
{
    public void Connected(string token)
    {
    }

    public void Spoke(string token)
    {
    }

    public void Lost(string token) => _ = LeaveAsync(token);

    private async Task LeaveAsync(string token)
    {
        try
        {
            if (rosters.OfToken(token) is { } holder)
                await changes.LeaveAsync(holder.ServerId, holder.UserId, seat => seat.Token == token, CancellationToken.None);
            else
                await streams.LoseAsync(token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogFailed(logger, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Somebody lost the voice connection and could not be taken out of voice")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
