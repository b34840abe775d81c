using Discord.Modules.Voice.Servers;
using Discord.Protocol;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Voice.States;

/// <summary>What voice servers tell: whose connection stands, speaks, or is lost.</summary>
internal sealed partial class VoiceReports(VoiceRosters rosters, VoiceChanges changes, ILogger<VoiceReports> logger) : IVoiceReports
{
    public void Connected(string token)
    {
    }

    public void Spoke(string token)
    {
    }

    public void Lost(string token)
    {
        if (rosters.OfToken(token) is { } holder)
            _ = LeaveAsync(holder.ServerId, holder.UserId, token);
    }

    private async Task LeaveAsync(Snowflake serverId, Snowflake userId, string token)
    {
        try
        {
            await changes.LeaveAsync(serverId, userId, seat => seat.Token == token, CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogFailed(logger, e, userId);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{UserId} lost the voice connection and could not be taken out of voice")]
    private static partial void LogFailed(ILogger logger, Exception e, Snowflake userId);
}
