using Discord.Modules.Guilds.Threads;
using Discord.Protocol;
using Xunit;

namespace Discord.UnitTests.Guilds;

public sealed class ForumTagsTests
{
    private static readonly Snowflake s_free = new(1);
    private static readonly Snowflake s_moderated = new(2);
    private static readonly Snowflake s_gone = new(3);

    [Fact]
    public void A_tag_that_was_deleted_stays_where_it_is_and_is_set_nowhere()
    {
        var forum = Forum();

        Assert.Null(ForumTags.Refuse(forum, [s_gone], [s_gone, s_free], moderates: false, isNew: false));
        Assert.Null(ForumTags.Refuse(forum, [s_gone], [], moderates: false, isNew: false));
        Assert.Equal(ApiError.UnknownTag, ForumTags.Refuse(forum, [], [s_gone], moderates: true, isNew: false));
    }

    [Fact]
    public void Moderated_tags_are_set_and_removed_by_moderators_and_kept_by_everybody()
    {
        var forum = Forum();

        Assert.Equal(ApiError.MissingPermissions, ForumTags.Refuse(forum, [], [s_moderated], moderates: false, isNew: true));
        Assert.Equal(ApiError.MissingPermissions, ForumTags.Refuse(forum, [s_moderated], [], moderates: false, isNew: false));
        Assert.Null(ForumTags.Refuse(forum, [s_moderated], [s_moderated, s_free], moderates: false, isNew: false));
        Assert.Null(ForumTags.Refuse(forum, [], [s_moderated], moderates: true, isNew: true));
    }

    [Fact]
    public void Where_a_tag_is_required_the_last_one_stays_but_an_old_post_without_any_can_be_changed()
    {
        var forum = Forum() with { Flags = Channel.RequireTag };

        Assert.Equal(ApiError.TagRequired, ForumTags.Refuse(forum, [], [], moderates: false, isNew: true));
        Assert.Equal(ApiError.TagRequired, ForumTags.Refuse(forum, [s_free], [], moderates: true, isNew: false));
        Assert.Null(ForumTags.Refuse(forum, [], [], moderates: false, isNew: false));
        Assert.Equal(ApiError.NoTagForMembers, ForumTags.Refuse(forum with { AvailableTags = [new ForumTag(s_moderated, "m", true)] }, [], [], moderates: false, isNew: true));
    }

    [Fact]
    public void Other_channels_have_no_tags()
    {
        var text = Guildhall.Channel(900, ChannelType.GuildText);

        Assert.Null(ForumTags.Refuse(text, [], [], moderates: false, isNew: true));
        Assert.Equal(ApiError.ChannelType, ForumTags.Refuse(text, [], [s_free], moderates: true, isNew: true));
    }

    private static Channel Forum() => Guildhall.Channel(900, ChannelType.GuildForum) with { AvailableTags = [new ForumTag(s_free, "free", false), new ForumTag(s_moderated, "moderated", true)] };
}
