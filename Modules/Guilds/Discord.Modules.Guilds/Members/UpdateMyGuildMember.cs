using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>PATCH /guilds/{guild_id}/members/@me: the caller's own nickname.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Modify Current Member". Needs CHANGE_NICKNAME. Fires GUILD_MEMBER_UPDATE.</remarks>
internal sealed class UpdateMyGuildMember(GuildHomes homes, MemberWire wire) : IEndpoint
{
    public Route Route => Route.Patch("update_my_guild_member", "/guilds/{guild_id}/members/@me");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var nick = Nicknames.Read(form);
        foreach (var image in (ReadOnlySpan<string>)["avatar", "banner"])
        {
            if (form.Has(image) && !form.IsNull(image))
                form.Fail(image, "FILES_NOT_ACCEPTED", "This server does not take image uploads.");
        }

        if (form.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (form.Has("nick") && !Nicknames.MayChange(turn, turn.Member))
            return ApiError.MissingPermissions;
        var saved = await wire.SaveAsync(turn, form.Has("nick") ? turn.Member with { Nick = nick } : turn.Member, request.Reason);
        return saved.Error is { } gone ? gone : Reply.Ok(saved.Value);
    }
}
