using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Stages;

/// <summary>The turn to change an open stage, for its moderators.</summary>
internal static class StageAccess
{
    public static readonly ApiError Unknown = new(404, 10067, "Unknown Stage Instance");

    /// <returns>Those of a channel; 10067 when nothing is on stage; 50013 for others than its moderators.</returns>
    public static async ValueTask<Result<(GuildTurn Turn, StageInstance Stage)>> EnterStageAsync(this GuildHomes homes, ApiRequest request)
    {
        var entered = await homes.EnterGuildChannelAsync(request.Id("channel_id"), request.UserId, Permissions.None, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        var (turn, channel, permissions) = entered.Value;
        if (StageInstance.In(turn.State, channel.Id) is { } stage && permissions.Has(StageInstance.Moderator))
            return (turn, stage);
        turn.Dispose();
        return permissions.Has(StageInstance.Moderator) ? Unknown : ApiError.MissingPermissions;
    }
}
