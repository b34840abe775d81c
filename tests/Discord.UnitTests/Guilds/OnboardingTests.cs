using System.Text.Json;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Onboarding;
using Discord.Protocol;
using Xunit;

namespace Discord.UnitTests.Guilds;

/// <summary>What newcomers' answers mean, and when onboarding may be enabled.</summary>
public sealed class OnboardingTests
{
    private static readonly OptionEmoji s_none = new(null, null, Animated: false);

    [Theory]
    [InlineData(7, 5, 0, 0, true)]
    [InlineData(6, 6, 0, 0, false)]
    [InlineData(7, 4, 0, 0, false)]
    // Channels of the questions count in the advanced mode alone.
    [InlineData(5, 5, 2, 0, false)]
    [InlineData(5, 5, 2, 1, true)]
    [InlineData(4, 4, 2, 1, false)]
    public void It_needs_seven_channels_and_five_to_write_in(int channels, int writable, int asked, int mode, bool expected)
    {
        var state = Guildhall.Guild(Permissions.ViewChannel | Permissions.SendMessages);
        for (var i = 0; i < channels + asked; i++)
            state = state.WithChannel(Guildhall.Channel((ulong)(100 + i), ChannelType.GuildText, i < writable ? [] : [Guildhall.ForRole(Guildhall.GuildId, deny: Permissions.SendMessages)]));
        // One that nobody sees counts for nothing.
        state = state.WithChannel(Guildhall.Channel(99, ChannelType.GuildText, Guildhall.ForRole(Guildhall.GuildId, deny: Permissions.ViewChannel)));
        var onboarding = new GuildOnboarding
        {
            Id = Guildhall.GuildId,
            Mode = mode,
            DefaultChannelIds = [new Snowflake(99), .. Enumerable.Range(100, channels).Select(id => new Snowflake((ulong)id))],
            Prompts = [Prompt(1, false, Option(11, channels: [.. Enumerable.Range(100 + channels, asked).Select(id => (ulong)id)]))],
        };

        Assert.Equal(expected, onboarding.IsComplete(state));
    }

    [Fact]
    public void Chosen_roles_come_and_those_of_earlier_answers_go()
    {
        var state = Guildhall.Guild(Permissions.ViewChannel, Guildhall.Role(21, 1), Guildhall.Role(22, 2), Guildhall.Role(23, 3), Guildhall.Role(24, 4) with { Managed = true });
        var onboarding = new GuildOnboarding { Id = Guildhall.GuildId, Prompts = [Prompt(1, false, Option(11, roles: [21]), Option(12, roles: [22, 24, 999]))] };
        var member = Guildhall.Member(5, new Snowflake(21), new Snowflake(23));

        var changed = OnboardingAnswers.Apply(state, member, onboarding, before: [new Snowflake(11)], chosen: [new Snowflake(12)]);

        // 23 came from elsewhere and stays; a bot's role and one that is gone are not given.
        Assert.Equal([new Snowflake(22), new Snowflake(23)], changed.Roles);
        Assert.Equal((1 << 1) | (1 << 3), changed.Flags);
    }

    [Theory]
    [InlineData("11", "")]
    [InlineData("11,12", "onboarding_responses")]
    [InlineData("", "onboarding_responses")]
    [InlineData("11,77", "onboarding_responses.1")]
    public void Answers_are_checked_against_the_questions(string chosen, string errors)
    {
        var onboarding = new GuildOnboarding { Id = Guildhall.GuildId, Prompts = [Prompt(1, true, Option(11), Option(12)), Prompt(2, false, Option(13)) with { Required = false }] };
        var form = Form.OfObject(JsonDocument.Parse("{}").RootElement);

        OnboardingAnswers.Check(form, onboarding, [.. chosen.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => new Snowflake(ulong.Parse(id, null)))]);

        Assert.Equal(errors.Split(',', StringSplitOptions.RemoveEmptyEntries), form.Error?.Errors?.Leaves.Select(leaf => leaf.Path) ?? []);
    }

    private static OnboardingPrompt Prompt(ulong id, bool single, params OnboardingOption[] options) => new(new Snowflake(id), "Question", options, single, Required: true, InOnboarding: true, Type: 0);

    private static OnboardingOption Option(ulong id, ulong[]? roles = null, ulong[]? channels = null) =>
        new(new Snowflake(id), "Answer", "", s_none, [.. (roles ?? []).Select(role => new Snowflake(role))], [.. (channels ?? []).Select(channel => new Snowflake(channel))]);
}
