-- De quelle publication s'agit-il ?
-- Which release is this?
SELECT release_id, published_at, as_of, submissions, observations, rejections
FROM audit.release;
