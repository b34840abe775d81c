using System.Globalization;
using System.Text.Json.Serialization;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Presence.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Widgets;

/// <summary>GET /guilds/{guild_id}/widget.json: who is online and where people talk, for other pages. Anybody may ask.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Get Guild Widget". Ids and avatars of members are not told; at most 100 of them are shown.</remarks>
internal sealed class GetGuildWidget(Widget widget, WidgetInvites invites, IPublicAddress publicAddress, IMediator mediator) : IEndpoint
{
    private const int MaxMembers = 100;
    private const int DefaultAvatars = 6;

    public Route Route => Route.Get("get_guild_widget", "/guilds/{guild_id}/widget.json") with { Access = Access.Anyone };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var found = await widget.FindAsync(request);
        if (found.Error is { } refused)
            return refused;
        var (home, state) = found.Value;
        var everybody = await mediator.Send(new GetOnlineMembers(state.Id), request.Cancelled);
        Snowflake[] ids = [.. everybody.Take(MaxMembers)];
        var online = (await mediator.Send(new GetPresences(ids), request.Cancelled)).Values.ToList();
        var users = await mediator.Send(new GetUsers(ids), request.Cancelled);
        var nicks = (await home.Members.FindManyAsync(ids)).ToDictionary(member => member.UserId, member => member.Nick);
        // Of those in hidden channels it is not told.
        var voices = (await mediator.Send(new GetVoiceStates(state.Id), request.Cancelled)).Where(voice => state.Channels.TryGetValue(voice.ChannelId!.Value, out var channel) && IsOpen(state, channel)).ToDictionary(voice => voice.UserId);
        var address = publicAddress.ForAnswer;
        var shown = online.Where(presence => users.ContainsKey(presence.User.Id)).Select((presence, number) => new WidgetMember(
            number.ToString(CultureInfo.InvariantCulture),
            nicks.GetValueOrDefault(presence.User.Id) ?? users[presence.User.Id].GlobalName ?? users[presence.User.Id].Username,
            presence.Status,
            $"{address}/embed/avatars/{number % DefaultAvatars}.png")
        {
            Voice = voices.GetValueOrDefault(presence.User.Id),
            Activity = presence.Activities.Select(activity => activity.TryGetProperty("name", out var name) ? name.GetString() : null).FirstOrDefault(name => name is not null) is { } doing ? new WidgetActivity(doing) : null,
        });
        return Reply.Ok(new WidgetBody(
            state.Id,
            state.Settings.Name,
            await invites.FindAsync(state) is { } invite ? $"{address}/invite/{invite.Code}" : null,
            [.. state.Channels.Values.Where(channel => channel.Type.IsVoice() && IsOpen(state, channel)).OrderBy(channel => channel.Position).Select(channel => new WidgetChannel(channel.Id, channel.Name!, channel.Position ?? 0))],
            [.. shown],
            everybody.Count));
    }

    private static bool IsOpen(GuildState state, Channel channel) => PermissionEngine.InChannel(state, channel, default, []).Has(Permissions.ViewChannel | Permissions.Connect);

    /// <summary>The published WidgetResponse.</summary>
    private sealed record WidgetBody(Snowflake Id, string Name, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? InstantInvite,
        IReadOnlyList<WidgetChannel> Channels, IReadOnlyList<WidgetMember> Members, int PresenceCount);

    private sealed record WidgetChannel(Snowflake Id, string Name, int Position);

    /// <param name="Id">A number within the answer, and no snowflake.</param>
    private sealed record WidgetMember(string Id, string Username, string Status, string AvatarUrl)
    {
        public string Discriminator => "0000";
        [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Avatar => null;
        public WidgetActivity? Activity { get; init; }
        [JsonIgnore] public VoiceState? Voice { get; init; }
        public Snowflake? ChannelId => Voice?.ChannelId;
        public bool? Deaf => Voice?.Deaf;
        public bool? Mute => Voice?.Mute;
        public bool? SelfDeaf => Voice?.SelfDeaf;
        public bool? SelfMute => Voice?.SelfMute;
        public bool? Suppress => Voice?.Suppress;
    }

    private sealed record WidgetActivity(string Name);
}
