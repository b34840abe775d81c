using Discord.Modules.Voice.Contracts;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.States;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using Discord.UnitTests.Guilds;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>Random joins, moves, mutes, invitations to speak, role changes, regions and kicks against a model: who sits where, what the voice server lets them do, and what each of the others knows of it.</summary>
public sealed class VoiceSeatModelTests
{
    private const int People = 6;

    [Fact]
    public void Everybody_sits_hears_speaks_and_is_known_of_as_the_model_says() =>
        Prop.ForAll(VoiceModel.Scripts(People, 60), script => RunAsync(script)).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithQuietOnSuccess(true));

    [Fact]
    public async Task Five_thousand_sit_in_one_channel_and_are_told_of_once()
    {
        var hall = new VoiceHall(SeatRules.MaxPeople + 1);
        for (var who = 0; who < SeatRules.MaxPeople; who++)
            await hall.SpeakAsync(who, 0, 0);

        Assert.Equal(SeatRules.MaxPeople, hall.Grants.Count());
        // In the crowd each is told of themselves at once, and of the others when the second is over.
        hall.Heard.Clear();
        hall.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SeatRules.MaxPeople - VoiceFeed.BatchAbove, hall.Heard.Count);

        await hall.SpeakAsync(SeatRules.MaxPeople, 0, 0);
        Assert.Equal(SeatRules.MaxPeople, hall.Grants.Count());

        // Nobody may speak any more: each voice server grant follows.
        await hall.ReviewAsync(everybodySpeaks: false);
        Assert.All(hall.Grants, grant => Assert.Equal(VoiceRights.Hear, grant.Rights));
        hall.Heard.Clear();
        hall.Changes.RemoveRoom(Guildhall.GuildId, hall.Rooms[0].Id);
        hall.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(hall.Grants);
        // That they were silenced before they left is no news any more.
        var told = hall.Heard.OfType<VoiceStateUpdated>().Where(told => told.Audience.Kind == AudienceKind.Channel).ToList();
        Assert.All(told, told => Assert.Null(told.State.ChannelId));
        Assert.Equal(SeatRules.MaxPeople, told.Count);
    }

    private static async Task RunAsync(List<Step> script)
    {
        var hall = new VoiceHall(People);
        var model = new VoiceModel(hall);
        foreach (var step in script)
        {
            await model.DoAsync(step);
            Compare(hall, model, step);
        }
    }

    private static void Compare(VoiceHall hall, VoiceModel model, Step step)
    {
        string Line(int who, Sitting sitting) => $"{hall.Ids[who]} in {hall.Rooms[sitting.Room].Id} {sitting.SelfMute} {sitting.SelfDeaf} {hall.Wire(who).Mute} {hall.Wire(who).Deaf} {sitting.Suppress} {sitting.Hand}";

        var expected = model.Sittings.Select(pair => Line(pair.Key, pair.Value)).Order(StringComparer.Ordinal).ToList();
        Assert.True(expected.SequenceEqual(hall.Seats.Select(Told).Order(StringComparer.Ordinal)), $"after {step}: {string.Join("; ", expected)} but {string.Join("; ", hall.Seats.Select(Told))}");
        // One grant for each, in the right room, with the rights that follow.
        Assert.Equal(model.Sittings.Select(pair => (hall.Ids[pair.Key], hall.Rooms[pair.Value.Room].Id, model.Rights(pair.Key))).Order(), hall.Grants.Select(grant => (grant.UserId, grant.RoomId, grant.Rights)).Order());
        // All of a room are on one server, of its region.
        foreach (var room in model.Sittings.Values.Select(sitting => sitting.Room).Distinct())
        {
            var carrier = Assert.Single(hall.Servers, server => server.Grants.Values.Any(grant => grant.RoomId == hall.Rooms[room].Id));
            Assert.True((model.RegionOf(room) ?? carrier.Region) == carrier.Region, $"after {step}: room {room} is in {carrier.Region}");
        }

        for (var viewer = 0; viewer < People; viewer++)
        {
            if (!hall.IsMember(viewer))
                continue;
            var known = model.Sittings.Where(pair => pair.Key == viewer || hall.Sees(viewer, pair.Value.Room)).Select(pair => Line(pair.Key, pair.Value)).Order(StringComparer.Ordinal).ToList();
            Assert.True(known.SequenceEqual(hall.Known(viewer).Select(Told).Order(StringComparer.Ordinal)), $"after {step}: {viewer} should know {string.Join("; ", known)} but knows {string.Join("; ", hall.Known(viewer).Select(Told))}");
        }
    }

    private static string Told(VoiceState state) => $"{state.UserId} in {state.ChannelId} {state.SelfMute} {state.SelfDeaf} {state.Mute} {state.Deaf} {state.Suppress} {state.RequestToSpeakTimestamp is not null}";
}
