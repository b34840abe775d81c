import { describe, expect, it } from 'vitest';
import { begin, changed, compareIds, deleted, emptyTimeline, gap, newest, older, pageSize, reacted, stored, trimmed, withFailure, withOutgoing, withProgress, withoutReaction, type Timeline } from '../src/timeline';
import { message, outgoing } from './fakes';

const ids = (timeline: Timeline) => timeline.messages.map(({ id }) => Number(id));

/** As REST gives it: newest first. */
const page = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => message(to - index));

const reading = begin(emptyTimeline, 'newest');

describe('the newest page', () => {
  it('stands oldest first', () => {
    const timeline = newest(reading, page(1, 3));
    expect(ids(timeline)).toEqual([1, 2, 3]);
    expect(timeline).toMatchObject({ current: true, hasOlder: false, loading: null });
  });

  it('that is full may have more before it', () => {
    expect(newest(reading, page(1, pageSize)).hasOlder).toBe(true);
  });

  it('keeps what events brought while it was read, once', () => {
    let timeline = stored(reading, message(3), false);
    timeline = stored(timeline, message(4), false);
    expect(ids(newest(timeline, page(1, 3)))).toEqual([1, 2, 3, 4]);
  });

  it('does not bring back what was deleted while it was read', () => {
    expect(ids(newest(deleted(reading, ['2']), page(1, 3)))).toEqual([1, 3]);
  });

  it('does not undo an edit that came while it was read', () => {
    let timeline = stored(reading, message(2), false);
    timeline = changed(timeline, { id: '2', content: 'edited', edited_timestamp: '2026-05-01T12:01:00+00:00' });
    expect(newest(timeline, page(1, 2)).messages[1]?.content).toBe('edited');
  });
});

describe('after a gap', () => {
  it('what was deleted meanwhile is gone, also at the end', () => {
    const before = newest(reading, page(1, 5));
    expect(ids(newest(begin(gap(before), 'newest'), page(1, 3)))).toEqual([1, 2, 3]);
    expect(ids(newest(begin(gap(before), 'newest'), []))).toEqual([]);
  });

  it('nothing stands next to what it did not follow', () => {
    const before = newest(reading, page(1, 5));
    expect(ids(newest(begin(gap(before), 'newest'), page(100, 100 + pageSize - 1)))[0]).toBe(100);
  });

  it('events since then are kept', () => {
    const before = gap(newest(reading, page(1, 5)));
    const after = stored(begin(before, 'newest'), message(9), false);
    expect(ids(newest(after, page(4, 7)))).toEqual([4, 5, 6, 7, 9]);
  });

  it('is of another epoch and has to be read again', () => {
    const before = newest(reading, page(1, 2));
    expect(gap(begin(before, 'older'))).toMatchObject({ current: false, loading: null, epoch: before.epoch + 1 });
  });
});

describe('older pages', () => {
  it('go before what is known', () => {
    const timeline = older(begin(newest(reading, page(51, 100)), 'older'), page(1, 50));
    expect(ids(timeline)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(timeline.hasOlder).toBe(true);
  });

  it('end at the beginning', () => {
    expect(older(begin(newest(reading, page(51, 100)), 'older'), page(48, 50)).hasOlder).toBe(false);
  });
});

describe('a stored message', () => {
  const timeline = newest(reading, page(1, 3));

  it('stands where its id puts it', () => {
    expect(ids(stored(stored(timeline, message(20), false), message(10), false))).toEqual([1, 2, 3, 10, 20]);
  });

  it('takes the place of the one on its way, whichever of answer and event comes first', () => {
    const sent = withOutgoing(timeline, outgoing);
    const answered = stored(sent, message(4, { nonce: '77' }), true);
    expect(answered.outgoing).toEqual([]);
    expect(ids(stored(answered, message(4, { nonce: '77' }), true))).toEqual([1, 2, 3, 4]);
  });

  it('with a number for a nonce does too', () => {
    expect(stored(withOutgoing(timeline, outgoing), message(4, { nonce: 77 }), true).outgoing).toEqual([]);
  });

  it('takes the place of one that seemed to have failed', () => {
    const failed = withFailure(withOutgoing(timeline, outgoing), '77', 'No answer.');
    expect(stored(failed, message(4, { nonce: '77' }), true).outgoing).toEqual([]);
  });

  it('of somebody else with the same nonce takes nobody\'s place', () => {
    expect(stored(withOutgoing(timeline, outgoing), message(4, { nonce: '77' }), false).outgoing).toEqual([outgoing]);
  });
});

describe('reactions', () => {
  const timeline = newest(reading, page(1, 2));
  const thumb = { id: null, name: '👍' };
  const of = (known: Timeline) => known.messages[1]?.reactions ?? [];

  it('are counted, and go with the last', () => {
    const two = reacted(reacted(timeline, '2', thumb, 1, false), '2', thumb, 1, true);
    expect(of(two)).toEqual([{ emoji: thumb, count: 2, me: true }]);
    const one = reacted(two, '2', thumb, -1, false);
    expect(of(one)).toEqual([{ emoji: thumb, count: 1, me: true }]);
    expect(of(reacted(one, '2', thumb, -1, true))).toEqual([]);
  });

  it('of oneself count once, though answer and event both tell of them', () => {
    const once = reacted(timeline, '2', thumb, 1, true);
    expect(of(reacted(once, '2', thumb, 1, true))).toEqual([{ emoji: thumb, count: 1, me: true }]);
    const none = reacted(once, '2', thumb, -1, true);
    expect(of(reacted(none, '2', thumb, -1, true))).toEqual([]);
  });

  it('of one emoji can be swept away', () => {
    const wave = { id: '5', name: 'wave' };
    const both = reacted(reacted(timeline, '2', thumb, 1, false), '2', wave, 1, false);
    expect(of(withoutReaction(both, '2', { id: '5', name: 'renamed' }))).toEqual([{ emoji: thumb, count: 1, me: false }]);
  });
});

describe('a timeline', () => {
  it('keeps how far the files of a message are', () => {
    expect(withProgress(withOutgoing(reading, outgoing), '77', 0.5).outgoing[0]?.progress).toBe(0.5);
  });

  it('that grew long is cut at its old end and can be read again from there', () => {
    const long = newest(reading, page(1, 500));
    expect(ids(trimmed(long))).toEqual(Array.from({ length: 150 }, (_, index) => index + 351));
    expect(trimmed(long).hasOlder).toBe(true);
    expect(trimmed(newest(reading, page(1, 400))).messages).toHaveLength(400);
  });

  it('orders ids as numbers', () => {
    expect(['100', '99', '1000', '98'].sort(compareIds)).toEqual(['98', '99', '100', '1000']);
    expect(compareIds('1423456789012345678', '1423456789012345678')).toBe(0);
  });
});
