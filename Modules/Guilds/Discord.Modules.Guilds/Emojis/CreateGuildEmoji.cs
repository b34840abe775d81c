using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.Modules.Guilds.Expressions;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Emojis;

/// <summary>POST /guilds/{guild_id}/emojis: a new emoji of at most 256 KiB.</summary>
/// <remarks>Source: Discord docs, Resources, Emoji, "Create Guild Emoji". Needs CREATE_GUILD_EXPRESSIONS. As many still ones as moving ones, by the premium tier. Fires GUILD_EMOJIS_UPDATE.</remarks>
internal sealed class CreateGuildEmoji(GuildHomes homes, ExpressionShelf shelf, IImages images, SnowflakeGenerator ids) : IEndpoint
{
    public Route Route => Route.Post("create_guild_emoji", "/guilds/{guild_id}/emojis");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var name = EmojiNames.Read(form, required: true);
        using var image = await images.ReadAsync(form, "image", ImageKind.Emoji, request.Cancelled, required: true);
        if (form.Error is { } invalid)
            return invalid;

        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.CreateGuildExpressions, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var roles = GuildEmoji.ReadRoles(form, turn.State) ?? [];
        if (form.Error is { } foreign)
            return foreign;
        var emoji = new GuildEmoji(ids.Next(), name!, roles, image.File!.IsAnimated, request.UserId);
        if (turn.State.Objects.All<GuildEmoji>().Count(other => other.Animated == emoji.Animated) is var count && count >= ExpressionRules.EmojiSlots.Of(turn.State))
            return emoji.Animated ? ApiError.MaximumAnimatedEmojis(count) : ApiError.MaximumEmojis(count);
        return await shelf.CreateAsync(request, turn, emoji, image);
    }
}
