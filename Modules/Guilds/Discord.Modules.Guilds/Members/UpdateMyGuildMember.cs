using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>PATCH /guilds/{guild_id}/members/@me: how the caller is called and looks in this guild.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Modify Current Member". Only the nickname needs CHANGE_NICKNAME. Fires GUILD_MEMBER_UPDATE.</remarks>
internal sealed class UpdateMyGuildMember(GuildHomes homes, MemberWire wire, IImages images) : IEndpoint
{
    public Route Route => Route.Patch("update_my_guild_member", "/guilds/{guild_id}/members/@me");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var nick = Nicknames.Read(form);
        using var avatar = await images.ReadAsync(form, "avatar", ImageKind.MemberAvatar, request.Cancelled);
        using var banner = await images.ReadAsync(form, "banner", ImageKind.MemberBanner, request.Cancelled);
        if (form.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (form.Has("nick") && !Nicknames.MayChange(turn, turn.Member))
            return ApiError.MissingPermissions;
        var (guildId, old) = (turn.State.Id, turn.Member);
        var look = new MemberLook(avatar.Or(old.Look?.Avatar), banner.Or(old.Look?.Banner));
        var changed = old with { Nick = form.Has("nick") ? nick : old.Nick, Look = look is { Avatar: null, Banner: null } ? null : look };
        var unit = new WriteUnit();
        if (changed.Look != old.Look)
            MemberStore.SaveLook(unit, guildId, old.UserId, changed.Look);
        avatar.Keep(unit, old.UserId, old.Look?.Avatar, guildId);
        banner.Keep(unit, old.UserId, old.Look?.Banner, guildId);
        var saved = await wire.SaveAsync(turn, changed, request.Reason, unit);
        return saved.Error is { } gone ? gone : Reply.Ok(saved.Value);
    }
}
