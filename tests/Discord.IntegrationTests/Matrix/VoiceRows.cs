using Discord.IntegrationTests.Sites;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using static Discord.IntegrationTests.Matrix.Rows;

namespace Discord.IntegrationTests.Matrix;

/// <summary>Voice states.</summary>
internal static class VoiceRows
{
    private static readonly (int, int) s_notInVoice = (404, 10065);

    public static readonly Row[] VoiceStates =
    [
        // Who cannot connect is nowhere.
        Self("get_self_voice_state", 200, "GET"),
        Self("update_self_voice_state", 204, "PATCH", new { suppress = true }),
        Guild("get_voice_state", 200, Permissions.None, async world => await OnStageAsync(world, world.Owner, "GET", world.Owner.Id.ToString())),
        Guild("update_voice_state", 204, Permissions.Connect | Permissions.MuteMembers, async world => await OnStageAsync(world, world.Owner, "PATCH", world.Owner.Id.ToString(), new { suppress = true })),
    ];

    private static Row Self(string id, int success, string method, object? body = null) =>
        new Row(id, success) { Needs = Permissions.Connect, ToStrangers = UnknownGuild, Request = (world, caller) => OnStageAsync(world, caller ?? world.Owner, method, "@me", body) }
            .But((CallerKind.MemberWithout, s_notInVoice));

    private static async Task<Request> OnStageAsync(World world, Account who, string method, string state, object? body = null)
    {
        var stage = await world.NewChannelAsync(13);
        await world.Host.Services.GetRequiredService<IMediator>().Send(new UpdateVoiceState(who.Id, "session", world.Hall.Id, stage, SelfMute: false, SelfDeaf: false, SelfVideo: false));
        return new Request(method, $"/guilds/{world.Hall.Id}/voice-states/{state}", body);
    }
}
