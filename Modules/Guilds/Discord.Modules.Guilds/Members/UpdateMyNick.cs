using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>PATCH /guilds/{guild_id}/members/@me/nick: the older form of <see cref="UpdateMyGuildMember"/>; answers with the nickname alone.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Modify Current User Nick". Needs CHANGE_NICKNAME. Fires GUILD_MEMBER_UPDATE.</remarks>
internal sealed class UpdateMyNick(GuildHomes homes, MemberWire wire) : IEndpoint
{
    public Route Route => Route.Patch("update_my_nick", "/guilds/{guild_id}/members/@me/nick");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var nick = Nicknames.Read(form);
        if (form.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (!Nicknames.MayChange(turn, turn.Member))
            return ApiError.MissingPermissions;
        var saved = await wire.SaveAsync(turn, form.Has("nick") ? turn.Member with { Nick = nick } : turn.Member, request.Reason);
        return saved.Error is { } gone ? gone : Reply.Ok(new NickAnswer(saved.Value.Nick));
    }

    private sealed record NickAnswer([property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] string? Nick);
}
