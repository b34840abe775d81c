using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.Modules.Guilds.Expressions;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Soundboard;

/// <summary>POST /guilds/{guild_id}/soundboard-sounds: a new sound, MP3 or Ogg of at most 512 KiB and 5.2 seconds.</summary>
/// <remarks>Source: Discord docs, Resources, Soundboard, "Create Guild Soundboard Sound". Needs CREATE_GUILD_EXPRESSIONS. Fires GUILD_SOUNDBOARD_SOUND_CREATE.</remarks>
internal sealed class CreateGuildSoundboardSound(GuildHomes homes, ExpressionShelf shelf, IImages images, SnowflakeGenerator ids) : IEndpoint
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5.2);

    // The last frame of an MP3 is padded: a sound of 5.2 seconds may be this much longer by its headers.
    private static readonly TimeSpan s_frame = TimeSpan.FromMilliseconds(30);

    public Route Route => Route.Post("create_guild_soundboard_sound", "/guilds/{guild_id}/soundboard-sounds");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        form.String("name", 2, 32, required: true);
        using var sound = await images.ReadAsync(form, "sound", ImageKind.Sound, request.Cancelled, required: true);
        if (form.Error is { } invalid)
            return invalid;
        if (sound.File!.Duration is not { } duration)
            return ApiError.InvalidFile;
        if (duration > s_longest + s_frame)
            return ApiError.SoundTooLong;

        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.CreateGuildExpressions, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var made = new GuildSound(ids.Next(), turn.State.Id, "", 1, null, null, request.UserId).Apply(form, turn.State);
        if (form.Error is { } foreign)
            return foreign;
        if (turn.State.Objects.Count<GuildSound>() is var count && count >= ExpressionRules.SoundSlots.Of(turn.State))
            return ApiError.MaximumSounds(count);
        return await shelf.CreateAsync(request, turn, made, sound);
    }
}
